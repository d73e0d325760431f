import { Table, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Blank } from '../../ui/Blank';
import { useNames } from '../../ui/names';
import { useTimes } from '../../ui/times';
import { useWording } from '../../wording/useWording';
import { Section } from './Section';
import { type Escalation, useEscalations } from './useBoard';

/** Who was called in, where, and why. */
export function EscalationList() {
  const { t } = useTranslation('board');
  const pages = useEscalations();
  return (
    <Section
      title={t('escalations.title')}
      hint={t('escalations.hint')}
      pages={pages}
      blank={<Blank title={t('escalations.none')}>{t('escalations.noneHint')}</Blank>}
    >
      {(items) => <Escalations items={items} />}
    </Section>
  );
}

function Escalations({ items }: { items: Escalation[] }) {
  const { t } = useTranslation('board');
  const times = useTimes();
  const nameOf = useNames(items.map((one) => one.opened_by));
  return (
    <Table<Escalation>
      size="middle"
      rowKey="id"
      dataSource={items}
      pagination={false}
      columns={[
        { title: t('column.what'), key: 'what', render: (_, one) => <What of={one} /> },
        { title: t('column.why'), key: 'why', render: (_, one) => <Why of={one} /> },
        {
          title: t('column.opened'),
          key: 'opened',
          responsive: ['md'],
          render: (_, one) => (
            <div className="two-lines">
              <time dateTime={one.opened_at} title={times.zoned(one.opened_at)}>{times.on(one.opened_at)}</time>
              <small>{nameOf(one.opened_by)}</small>
            </div>
          ),
        },
      ]}
    />
  );
}

function What({ of: one }: { of: Escalation }) {
  const { t } = useTranslation('board');
  return (
    <div className="two-lines">
      {one.case_number ? (
        <Link to={`/cases/${one.case_number}`}>{one.case_number}</Link>
      ) : (
        <Link to={`/tasks/${one.user_task_id ?? ''}`}>{t('escalations.task')}</Link>
      )}
      <span>
        <Tag color={one.level > 1 ? 'error' : 'warning'}>{t('escalations.level', { level: one.level })}</Tag>{' '}
        {one.priority && <Tag>{one.priority}</Tag>}
      </span>
    </div>
  );
}

/** What set it off, and the promises that were broken by then. */
function Why({ of: one }: { of: Escalation }) {
  const { t } = useTranslation('board');
  const { commitment, trigger } = useWording();
  return (
    <div className="two-lines">
      <span>{trigger(one.trigger)}</span>
      {one.broken.length > 0 && <small>{t('escalations.broken', { names: one.broken.map(commitment).join(', ') })}</small>}
    </div>
  );
}
