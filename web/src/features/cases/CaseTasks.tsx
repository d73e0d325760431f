import { useQuery } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';
import { Blank } from '../../ui/Blank';
import { useInLanguage } from '../../ui/inLanguage';
import { useGroupNames, useNames } from '../../ui/names';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { has, useIdentity } from '../../shell/session';
import { useTimes } from '../../ui/times';

type Task = Schemas['ListedTaskView'];

/** The open tasks of a case that the reader may see. */
export function CaseTasks({ caseNumber }: { caseNumber: string }) {
  const { t } = useTranslation('cases');
  const said = useInLanguage();
  const times = useTimes();
  const groupOf = useGroupNames();
  const isOverseer = has(useIdentity(), 'supervise', 'audit');
  const query = useQuery({ queryKey: ['tasks', 'case', caseNumber, isOverseer], queryFn: () => read(caseNumber, isOverseer) });
  const nameOf = useNames((query.data ?? []).map((task) => task.assignee));
  if (query.isPending) return <Skeleton active />;
  if (query.isError) return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.length === 0) return <Blank title={t('tasks.none')} />;
  return (
    <ul className="case-tasks">
      {query.data.map((task) => (
        <li key={task.id}>
          <Link to={`/tasks/${task.id}`}>{said(task.name) || task.element_id}</Link>
          <span>{task.assignee ? nameOf(task.assignee) : task.candidate_groups.map(groupOf).join(', ')}</span>
          <span>{times.on(task.due_at)}</span>
        </li>
      ))}
    </ul>
  );
}

async function read(caseNumber: string, isOverseer: boolean): Promise<Task[]> {
  const scopes = isOverseer ? (['all'] as const) : (['mine', 'candidate'] as const);
  const pages = await Promise.all(
    scopes.map((scope) => answered(api.GET('/api/user-tasks', { params: { query: { scope, case_number: caseNumber } } }))),
  );
  return [...new Map(pages.flatMap((page) => page.items).map((task) => [task.id, task])).values()];
}
