import { QuestionCircleOutlined, ForwardOutlined } from '@ant-design/icons';
import { App, Button, type InputRef, Tabs } from 'antd';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate, useParams } from 'react-router';
import { api } from '../../api/client';
import { answered } from '../../api/problems';
import { has, useIdentity } from '../../shell/session';
import { PageHeader } from '../../ui/PageHeader';
import { useProblem } from '../../ui/useProblem';
import type { WindowedListHandle } from '../../ui/WindowedList';
import { BulkBar } from './BulkBar';
import { FilterBar } from './FilterBar';
import { type Filters, filtersOf, queryOf, type Scope, type Task } from './filters';
import { HelpDialog } from './HelpDialog';
import { TaskList } from './TaskList';
import { TaskPane } from './TaskPane';
import './tasks.css';
import { useKeys } from './useKeys';
import { commands, useTaskCommand } from './useTask';
import { useCounts, useTaskList } from './useTaskList';

/** The task list, with a task open beside it; the address says both. */
export default function Page() {
  const { t } = useTranslation('tasks');
  const { taskId } = useParams();
  const { search } = useLocation();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const problem = useProblem();
  const filters = useMemo(() => filtersOf(new URLSearchParams(search)), [search]);
  const list = useTaskList(filters);
  const [chosen, setChosen] = useState<ReadonlyMap<string, Task>>(new Map());
  const [isHelping, setHelping] = useState(false);
  const rows = useRef<WindowedListHandle>(null);
  const searchBox = useRef<InputRef>(null);
  const claim = useTaskCommand(commands.claim);
  const addressOf = (task: { id: string }) => `/tasks/${task.id}${search}`;
  const close = () => void navigate(`/tasks${search}`);
  const change = useCallback(
    (wanted: Filters) => {
      setChosen(new Map());
      void navigate(`/tasks${queryOf(wanted)}`);
    },
    [navigate],
  );
  const choose = (task: Task, isChosen: boolean) => {
    setChosen((before) => {
      const after = new Map(before);
      if (isChosen) after.set(task.id, task);
      else after.delete(task.id);
      return after;
    });
  };
  const openNext = async () => {
    try {
      const { user_task: next } = await answered(api.GET('/api/user-tasks/next'));
      if (next) void navigate(addressOf(next));
      else message.info(t('nothingNext'));
    } catch (error) {
      problem(error as Error);
    }
  };
  /** After a task is done: the one below it in the list, else the first, else the list itself. */
  const goOn = (doneId: string) => {
    const index = list.tasks.findIndex((task) => task.id === doneId);
    const rest = list.tasks.filter((task) => task.id !== doneId);
    const next = rest[Math.min(Math.max(index, 0), rest.length - 1)];
    void list.look();
    void navigate(next && index >= 0 ? addressOf(next) : `/tasks${search}`, { replace: true });
  };
  const step = (by: number) => {
    const index = focused(list.tasks, taskId) + by;
    if (index >= 0 && index < list.tasks.length) rows.current?.focus(index);
  };
  const current = () => list.tasks[focused(list.tasks, taskId)];
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    x: () => {
      const task = current();
      if (task) choose(task, !chosen.has(task.id));
    },
    c: () => {
      const task = current();
      if (task) claim.mutate(task.id, { onSuccess: () => message.success(t('claimed')), onError: problem });
    },
    n: () => void openNext(),
    '/': () => searchBox.current?.focus(),
    '?': () => setHelping(true),
    Escape: () => {
      if (chosen.size > 0) setChosen(new Map());
      else if (taskId) close();
    },
  });
  return (
    <div className={`tasks${taskId ? ' has-open' : ''}`}>
      <section className="tasks-side" aria-label={t('title')}>
        <PageHeader
          title={t('title')}
          actions={
            <>
              <Button icon={<ForwardOutlined />} onClick={() => void openNext()}>
                {t('next')}
              </Button>
              <Button icon={<QuestionCircleOutlined />} aria-label={t('keys.title')} onClick={() => setHelping(true)} />
            </>
          }
        />
        <Scopes scope={filters.scope ?? 'mine'} onChange={(scope) => change({ ...filters, scope })} />
        <FilterBar filters={filters} onChange={change} searchRef={searchBox} />
        {chosen.size > 0 && <BulkBar tasks={[...chosen.values()]} onDone={() => setChosen(new Map())} />}
        <TaskList
          ref={rows}
          list={list}
          filters={filters}
          openId={taskId}
          chosen={chosen}
          addressOf={addressOf}
          onChoose={choose}
          onClear={() => change(filters.scope ? { scope: filters.scope } : {})}
          onGroups={() => change({ scope: 'candidate' })}
        />
      </section>
      {taskId && <TaskPane key={taskId} taskId={taskId} onClose={close} onDone={() => goOn(taskId)} />}
      {isHelping && <HelpDialog onClose={() => setHelping(false)} />}
    </div>
  );
}

function Scopes({ scope, onChange }: { scope: Scope; onChange: (scope: Scope) => void }) {
  const { t } = useTranslation('tasks');
  const identity = useIdentity();
  const counts = useCounts().data?.items ?? [];
  const total = (kind: string) => counts.filter((one) => one.kind === kind).reduce((sum, one) => sum + one.total, 0);
  const shown: { key: Scope; count?: number }[] = [
    { key: 'mine', count: total('assignee') },
    { key: 'candidate', count: total('candidate') },
    { key: 'delegated' },
    ...(scope === 'substitute' ? [{ key: 'substitute' as const }] : []),
    ...(has(identity, 'supervise', 'audit') ? [{ key: 'all' as const }] : []),
  ];
  return (
    <Tabs
      className="task-scopes"
      activeKey={scope}
      onChange={(key) => onChange(key as Scope)}
      items={shown.map(({ key, count }) => ({
        key,
        label: count ? `${t(`scope.${key}`)} ${String(count)}` : t(`scope.${key}`),
      }))}
    />
  );
}

/** The row the keyboard is at: that with the focus, else the open one; before the first otherwise. */
function focused(tasks: readonly Task[], openId: string | undefined): number {
  const row = document.activeElement?.closest<HTMLElement>('[data-row]')?.dataset.row;
  return row === undefined ? tasks.findIndex((task) => task.id === openId) : Number(row);
}
