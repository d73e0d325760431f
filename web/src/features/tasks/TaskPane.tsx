import { ArrowLeftOutlined, CloseOutlined } from '@ant-design/icons';
import { Alert, Button, Skeleton } from 'antd';
import { lazy } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Problem } from '../../api/problems';
import { Blank } from '../../ui/Blank';
import { Fact } from '../../ui/Fact';
import { useInLanguage } from '../../ui/inLanguage';
import { useGroupNames, useNames, useProcesses } from '../../ui/names';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { Sections } from '../../ui/Sections';
import { useTimes } from '../../ui/times';
import { useAddress } from '../../ui/useAddress';
import { DueTime } from './DueTime';
import type { Task } from './filters';
import { TaskActions } from './TaskActions';
import { useTask } from './useTask';

const TaskForm = lazy(() => import('./TaskForm'));
const CaseBeside = lazy(() => import('../cases/CaseBeside'));
const Whereabouts = lazy(() => import('../cases/Whereabouts'));
const Timeline = lazy(() => import('../cases/Timeline'));
const Comments = lazy(() => import('../cases/Comments'));
const Attachments = lazy(() => import('../cases/Attachments'));
const GONE = 404;

/** One task: what it is, what can be done with it, its form, and all that is around it. */
export function TaskPane(props: { taskId: string; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation('tasks');
  const query = useTask(props.taskId);
  const { data: task } = query;
  return (
    <section className="task-pane" aria-label={t('pane')}>
      <Button className="task-close" type="text" icon={<CloseOutlined />} aria-label={t('close')} onClick={props.onClose} />
      <Button className="task-back" type="text" icon={<ArrowLeftOutlined />} onClick={props.onClose}>
        {t('back')}
      </Button>
      {query.isPending && <Skeleton active />}
      {query.isError &&
        (query.error instanceof Problem && query.error.status === GONE ? (
          <Blank title={t('gone')}>{t('goneHint')}</Blank>
        ) : (
          !task && <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
        ))}
      {task && <Opened task={task} onDone={props.onDone} />}
    </section>
  );
}

function Opened({ task, onDone }: { task: Task; onDone: () => void }) {
  const { t } = useTranslation('tasks');
  const said = useInLanguage();
  const { query, set } = useAddress();
  const tab = query.get('tab') ?? 'form';
  const instructions = said(task.documentation).replace(/\s*\b(\d{1,2}\. )/g, '\n$1').trim();
  const items = [
    {
      key: 'form',
      label: t('tab.form'),
      children: (
        <>
          {instructions && <p className="task-instructions">{instructions}</p>}
          <TaskForm task={task} onDone={onDone} />
        </>
      ),
    },
    ...(task.case_number === null
      ? []
      : [{ key: 'case', label: t('tab.case'), children: <CaseBeside caseNumber={task.case_number} /> }]),
    {
      key: 'diagram',
      label: t('tab.diagram'),
      children: <Whereabouts instanceId={task.process_instance_id} definitionId={task.definition_id} elementId={task.element_id} />,
    },
    ...(task.case_number === null
      ? []
      : [{ key: 'timeline', label: t('tab.timeline'), children: <Timeline caseNumber={task.case_number} /> }]),
    { key: 'comments', label: t('tab.comments'), children: <Comments caseNumber={task.case_number} taskId={task.id} /> },
    {
      key: 'attachments',
      label: t('tab.attachments'),
      children: <Attachments caseNumber={task.case_number} taskId={task.id} />,
    },
  ];
  return (
    <>
      <Head task={task} />
      {task.state === 'active' && <TaskActions task={task} />}
      <Sections
        sections={items}
        active={tab}
        label={t('pane')}
        onChange={(key) => set({ tab: key === 'form' ? null : key }, { replace: true })}
      />
    </>
  );
}

function Head({ task }: { task: Task }) {
  const { t } = useTranslation('tasks');
  const said = useInLanguage();
  const times = useTimes();
  const groupOf = useGroupNames();
  const nameOf = useNames([task.assignee, task.owner, task.completed_by]);
  const process = useProcesses().find((one) => one.key === task.definition_key)?.name ?? task.definition_key;
  return (
    <header className="task-head">
      <h2>{said(task.name) || task.element_id}</h2>
      <p>
        {task.case_number && <Link to={`/cases/${task.case_number}`}>{task.case_number}</Link>} {process}
      </p>
      <dl>
        <Fact name={t('head.due')}>
          {task.due_at && `${times.zoned(task.due_at)} `}
          <DueTime task={task} />
        </Fact>
        <Fact name={t('head.whose')}>
          {task.assignee ? nameOf(task.assignee) : task.candidate_groups.map(groupOf).join(', ') || t('unclaimed')}
          {task.owner && ` (${t('head.owner', { name: nameOf(task.owner) })})`}
        </Fact>
        {task.case_priority && <Fact name={t('head.priority')}>{t(`priority.${task.case_priority}`)}</Fact>}
        {task.follow_up_at && <Fact name={t('head.followUp')}>{times.on(task.follow_up_at)}</Fact>}
      </dl>
      {task.state !== 'active' && (
        <Alert
          type="info"
          showIcon
          title={t(`state.${task.state}`, { name: nameOf(task.completed_by), at: times.on(task.ended_at) })}
        />
      )}
    </header>
  );
}
