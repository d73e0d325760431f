import { Table, type TableColumnType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { has, useIdentity } from '../../shell/session';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useWording } from '../../wording/useWording';
import { useStageLoads } from './useBoard';

type StageLoad = Schemas['StageLoadView'];

/** Where the open cases stand: how many in each stage, and what is late there. */
export function StageLoads() {
  const { t } = useTranslation('board');
  const { stage } = useWording();
  const mayOpen = has(useIdentity(), 'supervise', 'audit');
  const loads = useStageLoads();
  const bad = (count: number, tone: 'bad' | 'warn') => <span className={count > 0 ? tone : undefined}>{count}</span>;
  const column = (name: 'at_risk' | 'broken' | 'escalated', tone: 'bad' | 'warn'): TableColumnType<StageLoad> => ({
    title: t(`stages.${name}`),
    key: name,
    align: 'right',
    width: 100,
    responsive: ['md'],
    render: (_, one) => bad(one[name], tone),
  });
  return (
    <section className="board-list stages" aria-label={t('stages.title')}>
      <header>
        <div>
          <h2>{t('stages.title')}</h2>
          <p>{t('stages.hint')}</p>
        </div>
      </header>
      <ProblemAlert error={loads.error} onRetry={() => void loads.refetch()} />
      <Table<StageLoad>
        size="middle"
        rowKey="stage"
        loading={loads.isPending}
        dataSource={loads.data ?? []}
        pagination={false}
        columns={[
          {
            title: t('column.stage'),
            key: 'stage',
            render: (_, one) => (mayOpen ? <Link to={`/cases?state=open&stage=${one.stage}`}>{stage(one.stage)}</Link> : stage(one.stage)),
          },
          { title: t('stages.cases'), key: 'cases', align: 'right', width: 80, render: (_, one) => one.cases },
          {
            title: t('stages.tasks'),
            key: 'tasks',
            align: 'right',
            width: 110,
            render: (_, one) =>
              mayOpen && one.tasks > 0 ? <Link to={`/board?list=tasks&stage=${one.stage}`}>{one.tasks}</Link> : one.tasks,
          },
          { title: t('stages.unclaimed'), key: 'unclaimed', align: 'right', width: 100, responsive: ['md'], render: (_, one) => one.unclaimed },
          column('at_risk', 'warn'),
          column('broken', 'bad'),
          column('escalated', 'warn'),
        ]}
      />
    </section>
  );
}
