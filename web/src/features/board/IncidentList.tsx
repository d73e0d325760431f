import { Button, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { has, useIdentity } from '../../shell/session';
import { Blank } from '../../ui/Blank';
import { useInLanguage } from '../../ui/inLanguage';
import { useTimes } from '../../ui/times';
import { BulkDialog } from './BulkDialog';
import { IncidentDialog } from './IncidentDialog';
import { ResolveDialog } from './ResolveDialog';
import { chosenOf, selecting } from './selecting';
import { Section } from './Section';
import { type Incident, useIncidents } from './useBoard';

/** What parked because something failed; who operates or supervises tries again what is chosen, who operates resolves by hand. */
export function IncidentList() {
  const { t } = useTranslation('board');
  const identity = useIdentity();
  const mayRetry = has(identity, 'operate', 'supervise');
  const mayMend = has(identity, 'operate');
  const pages = useIncidents();
  const [ids, setIds] = useState<string[]>([]);
  const [isRetrying, setRetrying] = useState(false);
  const [resolved, setResolved] = useState<Incident | null>(null);
  const [opened, setOpened] = useState<Incident | null>(null);
  const chosen = chosenOf(pages.items, ids);
  return (
    <Section
      title={t('incidents.title')}
      hint={t(mayMend ? 'incidents.hint' : mayRetry ? 'incidents.hintRetry' : 'incidents.hintRead')}
      actions={
        mayRetry && (
          <Button type="primary" disabled={chosen.length === 0} onClick={() => setRetrying(true)}>
            {t('incidents.retry', { count: chosen.length })}
          </Button>
        )
      }
      pages={pages}
      blank={<Blank title={t('incidents.none')}>{t('incidents.noneHint')}</Blank>}
    >
      {(items) => (
        <>
          <Incidents items={items} ids={ids} setIds={mayRetry ? setIds : null} onOpen={setOpened} onResolve={mayMend ? setResolved : null} />
          {isRetrying && (
            <BulkDialog
              title={t('incidents.retry', { count: chosen.length })}
              hint={t('incidents.retryHint')}
              request={{ kind: 'incident.retry', ids: chosen.map((one) => one.id) }}
              nameOf={(id) => nameOf(items.find((one) => one.id === id)) ?? id}
              onClose={() => {
                setRetrying(false);
                setIds([]);
              }}
            />
          )}
          {resolved && <ResolveDialog incident={resolved} onClose={() => setResolved(null)} />}
          {opened && <IncidentDialog key={opened.id} incident={opened} onClose={() => setOpened(null)} />}
        </>
      )}
    </Section>
  );
}

interface Props {
  items: Incident[];
  ids: string[];
  setIds: ((ids: string[]) => void) | null;
  onOpen: (one: Incident) => void;
  /** None for who may not. */
  onResolve: ((one: Incident) => void) | null;
}

function Incidents({ items, ids, setIds, onOpen, onResolve }: Props) {
  const { t } = useTranslation('board');
  const times = useTimes();
  const said = useInLanguage();
  return (
    <Table<Incident>
      size="middle"
      rowKey="id"
      dataSource={items}
      pagination={false}
      rowSelection={setIds ? selecting(t, ids, setIds, (one) => nameOf(one) ?? one.id) : undefined}
      columns={[
        {
          title: t('column.where'),
          key: 'where',
          render: (_, one) => (
            <div className="two-lines">
              <span>{said(one.element_name) || one.element_id}</span>
              <small>
                {one.definition_key}
                {one.case_number && (
                  <>
                    {' · '}
                    <Link to={`/cases/${one.case_number}`}>{one.case_number}</Link>
                  </>
                )}
              </small>
            </div>
          ),
        },
        {
          title: t('column.failure'),
          key: 'failure',
          render: (_, one) => (
            <div className="two-lines">
              <span className="failure">{said(one.message)}</span>
              <small>
                <Tag>{one.kind}</Tag>{' '}
                <time dateTime={one.created_at} title={times.zoned(one.created_at)}>{times.on(one.created_at)}</time>
              </small>
            </div>
          ),
        },
        ...(setIds
          ? [
              {
                title: t('column.actions'),
                key: 'actions',
                width: 130,
                render: (_: unknown, one: Incident) => (
                  <Space size={4} wrap>
                    <Button size="small" aria-label={t('incidents.openNamed', { name: nameOf(one) })} onClick={() => onOpen(one)}>
                      {t('incidents.open')}
                    </Button>
                    {onResolve && (
                      <Button size="small" aria-label={t('incidents.resolveNamed', { name: nameOf(one) })} onClick={() => onResolve(one)}>
                        {t('incidents.resolve')}
                      </Button>
                    )}
                  </Space>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

function nameOf(one: Incident | undefined): string | undefined {
  return one && `${one.element_name ?? one.element_id} · ${one.case_number ?? one.definition_key}`;
}
