import { Button, Table, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { has, useIdentity } from '../../shell/session';
import { Blank } from '../../ui/Blank';
import { useGroupNames, useNames } from '../../ui/names';
import { useTimes } from '../../ui/times';
import { useWording } from '../../wording/useWording';
import { ExtendDialog } from './ExtendDialog';
import { Section } from './Section';
import { type ListedPromise, usePromises } from './useBoard';

/** Promises to customers that will be broken unless somebody does something, or were of late. */
export function PromiseList({ state }: { state: 'at_risk' | 'broken' }) {
  const { t } = useTranslation('board');
  const pages = usePromises(state);
  return (
    <Section
      title={t(`promises.${state}.title`)}
      hint={t(`promises.${state}.hint`)}
      pages={pages}
      blank={<Blank title={t(`promises.${state}.none`)}>{t(`promises.${state}.noneHint`)}</Blank>}
    >
      {(items) => <Promises items={items} />}
    </Section>
  );
}

function Promises({ items }: { items: ListedPromise[] }) {
  const { t } = useTranslation('board');
  const times = useTimes();
  const { commitment, stage } = useWording();
  const mayExtend = has(useIdentity(), 'supervise');
  const [extended, setExtended] = useState<ListedPromise | null>(null);
  const nameOf = useNames(items.map((one) => one.lead_assignee));
  const groupName = useGroupNames();
  const lead = (one: ListedPromise) =>
    one.lead_assignee ? nameOf(one.lead_assignee) : one.lead_department ? groupName(one.lead_department) : '—';
  return (
    <>
      <Table<ListedPromise>
        size="middle"
        rowKey="id"
        dataSource={items}
        pagination={false}
        columns={[
          {
            title: t('column.case'),
            key: 'case',
            render: (_, one) => (
              <div className="two-lines">
                <Link to={`/cases/${one.case_number}`}>{one.case_number}</Link>
                <small>{commitment(one.commitment)}</small>
              </div>
            ),
          },
          {
            title: t('column.due'),
            key: 'due',
            render: (_, one) => <time dateTime={one.due_at} title={times.zoned(one.due_at)}>{times.on(one.due_at)}</time>,
          },
          { title: t('column.priority'), key: 'priority', width: 90, render: (_, one) => <Tag>{one.priority}</Tag> },
          { title: t('column.stage'), key: 'stage', responsive: ['md'], render: (_, one) => stage(one.stage) },
          { title: t('column.lead'), key: 'lead', responsive: ['lg'], render: (_, one) => lead(one) },
          ...(mayExtend
            ? [
                {
                  title: t('column.actions'),
                  key: 'actions',
                  width: 110,
                  render: (_: unknown, one: ListedPromise) =>
                    one.case_state === 'open' && (
                      <Button
                        size="small"
                        aria-label={t('extend.named', { name: commitment(one.commitment), number: one.case_number })}
                        onClick={() => setExtended(one)}
                      >
                        {t('extend.ok')}
                      </Button>
                    ),
                },
              ]
            : []),
        ]}
      />
      {extended && <ExtendDialog promise={extended} onClose={() => setExtended(null)} />}
    </>
  );
}
