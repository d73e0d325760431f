import { App, Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../../api/problems';
import { has, useIdentity } from '../../shell/session';
import { useInLanguage } from '../../ui/inLanguage';
import { problemTitle } from '../../ui/ProblemAlert';
import { AskedAction } from './AskedAction';
import type { Task } from './filters';
import { commands, useTaskCommand } from './useTask';

interface Result {
  task: Task;
  error: Error | null;
}

const AT_ONCE = 4;

/** What can be done with the tasks that are chosen; each on its own, and what came of each. */
export function BulkBar({ tasks, onDone }: { tasks: readonly Task[]; onDone: () => void }) {
  const { t } = useTranslation('tasks');
  const { message } = App.useApp();
  const identity = useIdentity();
  const [results, setResults] = useState<Result[] | null>(null);
  const [isReassigning, setReassigning] = useState(false);
  const run = useTaskCommand((command: (id: string) => Promise<unknown>) => each(tasks, command));
  const act = (command: (id: string) => Promise<unknown>) => {
    run.mutate(command, {
      onSuccess: (done) => {
        if (done.every((one) => one.error === null)) {
          message.success(t('bulk.all', { count: done.length }));
          onDone();
        } else {
          setResults(done);
        }
      },
    });
  };
  return (
    <div className="task-bulk" role="toolbar" aria-label={t('bulk.title')}>
      <strong>{t('bulk.chosen', { count: tasks.length })}</strong>
      <Button size="small" loading={run.isPending} onClick={() => act(commands.claim)}>
        {t('action.claim')}
      </Button>
      <Button size="small" disabled={run.isPending} onClick={() => act((id) => commands.release(id))}>
        {t('action.release')}
      </Button>
      {has(identity, 'supervise') && tasks[0] && (
        <Button size="small" disabled={run.isPending} onClick={() => setReassigning(true)}>
          {t('action.reassign')}
        </Button>
      )}
      <Button size="small" type="text" onClick={onDone}>
        {t('bulk.none')}
      </Button>
      {has(identity, 'supervise') && tasks[0] && (
        <AskedAction
          kind={isReassigning ? 'reassign' : null}
          task={tasks[0]}
          onClose={() => setReassigning(false)}
          onSubmit={(values) => {
            setReassigning(false);
            act((id) => commands.change(id, { assignee: values.to ?? null, reason: values.reason ?? null }));
            return Promise.resolve();
          }}
        />
      )}
      {results && <Results results={results} onClose={() => { setResults(null); onDone(); }} />}
    </div>
  );
}

function Results({ results, onClose }: { results: Result[]; onClose: () => void }) {
  const { t } = useTranslation('tasks');
  const shell = useTranslation('shell').t;
  const said = useInLanguage();
  const failed = results.filter((one) => one.error !== null).length;
  return (
    <Modal open title={t('bulk.some', { done: results.length - failed, failed })} footer={null} onCancel={onClose}>
      <ul className="task-results">
        {results.map(({ task, error }) => (
          <li key={task.id}>
            <span>
              {said(task.name) || task.element_id} · {task.case_number ?? task.business_key}
            </span>
            <b>{error ? problemTitle(error, shell) : t('bulk.done')}</b>
          </li>
        ))}
      </ul>
    </Modal>
  );
}

async function each(tasks: readonly Task[], command: (id: string) => Promise<unknown>): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = [...tasks];
  const worker = async () => {
    for (let task = waiting.shift(); task; task = waiting.shift()) {
      try {
        await command(task.id);
        results.push({ task, error: null });
      } catch (error) {
        results.push({ task, error: error instanceof Error ? error : new Problem(0, null) });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
