import { Button, Skeleton, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { has, useIdentity } from '../../shell/session';
import { Blank } from '../../ui/Blank';
import { useGroupNames, useNames } from '../../ui/names';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { BulkDialog } from './BulkDialog';
import { maySee } from './lists';
import { StageLoads } from './StageLoads';
import { useWorkloads, type Workload } from './useBoard';

/** Open work: what waits for a group, and what people have. */
export function WorkloadList() {
  const { t } = useTranslation('board');
  const load = useWorkloads();
  const ordered = [...(load.data ?? [])].sort((a, b) => b.overdue - a.overdue || b.total - a.total);
  const groups = ordered.filter((one) => one.kind === 'candidate');
  const people = ordered.filter((one) => one.kind === 'assignee');
  return (
    <div className="loads">
      <StageLoads />
      <ProblemAlert error={load.error} onRetry={() => void load.refetch()} />
      {load.isPending && <Skeleton active />}
      {load.data?.length === 0 && <Blank title={t('load.none')}>{t('load.noneHint')}</Blank>}
      {groups.length > 0 && <Loads title={t('load.groups')} hint={t('load.groupsHint')} by="group" items={groups} />}
      {people.length > 0 && <Loads title={t('load.people')} hint={t('load.peopleHint')} by="assignee" items={people} />}
    </div>
  );
}

interface Props {
  title: string;
  hint: string;
  by: 'group' | 'assignee';
  items: Workload[];
}

function Loads({ title, hint, by, items }: Props) {
  const { t } = useTranslation('board');
  const identity = useIdentity();
  const personName = useNames(items.map((one) => one.holder));
  const groupName = useGroupNames();
  const [leaving, setLeaving] = useState<Workload | null>(null);
  const most = Math.max(...items.map((one) => one.total));
  const nameOf = (one: Workload) => (/^(person|customer):|^system$/.test(one.holder) ? personName(one.holder) : groupName(one.holder));
  const isLink = maySee(identity, 'tasks');
  return (
    <section className="board-list" aria-label={title}>
      <header>
        <div>
          <h2>{title}</h2>
          <p>{hint}</p>
        </div>
      </header>
      <Table<Workload>
        size="middle"
        rowKey="holder"
        dataSource={items}
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        columns={[
          {
            title: t(by === 'group' ? 'column.group' : 'column.person'),
            key: 'name',
            render: (_, one) => (
              <div className="load-name">
                {isLink ? <Link to={`/board?list=tasks&${by}=${encodeURIComponent(one.holder)}`}>{nameOf(one)}</Link> : nameOf(one)}
                <Bar of={one} most={most} />
              </div>
            ),
          },
          { title: t('column.total'), key: 'total', align: 'right', width: 72, render: (_, one) => one.total },
          { title: t('column.overdue'), key: 'overdue', align: 'right', width: 84, render: (_, one) => <span className={one.overdue > 0 ? 'bad' : undefined}>{one.overdue}</span> },
          { title: t('column.soon'), key: 'soon', align: 'right', width: 110, responsive: ['md'], render: (_, one) => one.soon },
          { title: t('column.later'), key: 'later', align: 'right', width: 110, responsive: ['lg'], render: (_, one) => one.later + one.undated },
          ...(by === 'assignee' && has(identity, 'supervise')
            ? [{ title: t('column.actions'), key: 'actions', width: 120, render: (_: unknown, one: Workload) => one.holder.startsWith('person:') && <Button size="small" aria-label={t('reassign.allNamed', { name: nameOf(one) })} onClick={() => setLeaving(one)}>{t('reassign.all')}</Button> }]
            : []),
        ]}
      />
      {leaving && (
        <BulkDialog
          title={t('reassign.allNamed', { name: nameOf(leaving) })}
          hint={t('reassign.allHint', { count: leaving.total })}
          request={{ kind: 'user_task.reassign', filter: { assignee: leaving.holder } }}
          isReassigning
          nameOf={(id) => id}
          onClose={() => setLeaving(null)}
        />
      )}
    </section>
  );
}

/** Overdue, soon, later: as wide as there is work. The columns beside it say the same in numbers. */
function Bar({ of: one, most }: { of: Workload; most: number }) {
  const width = (count: number) => ({ width: `${(100 * count) / Math.max(most, 1)}%` });
  return (
    <div className="load-bar" aria-hidden>
      <i className="is-overdue" style={width(one.overdue)} />
      <i className="is-soon" style={width(one.soon)} />
      <i style={width(one.later + one.undated)} />
    </div>
  );
}
