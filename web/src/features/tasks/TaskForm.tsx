import { CheckCircleOutlined, CloudSyncOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Skeleton } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { type FieldError, Problem } from '../../api/problems';
import { type FormHandle, FormView, type FormValues } from '../../forms/FormView';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useProblem } from '../../ui/useProblem';
import { useTimes } from '../../ui/times';
import { Phrases } from '../phrases/Phrases';
import { DraftConflict } from './DraftConflict';
import type { Task } from './filters';
import { Typed } from './Typed';
import { type DraftState, useDraft } from './useDraft';
import { commands, readForm, useTaskCommand, useTaskForm } from './useTask';

type FormAnswer = Schemas['UserTaskFormView'];

/** The form of a task with its draft, or a plain button when it has none. */
export default function TaskForm({ task, onDone }: { task: Task; onDone: () => void }) {
  useTranslation(['tasks', 'phrases']); // all texts are there before anything can be typed: the service may go away then
  const query = useTaskForm(task.id);
  if (query.isPending) return <Skeleton active />;
  if (query.isError) return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;
  return <Filled task={task} answer={query.data} onDone={onDone} />;
}

function Filled({ task, answer, onDone }: { task: Task; answer: FormAnswer | null; onDone: () => void }) {
  const { t, i18n } = useTranslation('tasks');
  const { message } = App.useApp();
  const client = useQueryClient();
  const problem = useProblem();
  const form = useRef<FormHandle>(null);
  const place = useRef<HTMLDivElement>(null);
  const key = useRef(crypto.randomUUID());
  const [start, setStart] = useState(() => beginning(answer));
  const [rest, setRest] = useState<Problem | null>(null);
  const [lost, setLost] = useState<{ problem: Problem; values: FormValues } | null>(null);
  const draft = useDraft(task.id, answer?.draft?.at ?? null);
  const complete = useTaskCommand((values: FormValues) => commands.complete(task.id, values, key.current));
  const isOver = task.state !== 'active';
  const isReadOnly = !task.may_complete;

  const submit = () => {
    const values = answer?.form ? form.current?.submit() : {};
    if (!values) return;
    setRest(null);
    complete.mutate(values, {
      onSuccess: () => {
        draft.stop();
        message.success(t('completed'));
        onDone();
      },
      onError: (error) => {
        if (!(error instanceof Problem)) return problem(error);
        if (error.code === 'form-invalid') {
          key.current = crypto.randomUUID(); // another attempt with other values
          const left = form.current?.showErrors(fieldErrors(error, i18n.language)) ?? [];
          if (left.length > 0) setRest(error);
        } else if (error.status === 409 || error.status === 404 || error.status === 403) {
          key.current = crypto.randomUUID();
          draft.stop();
          setLost({ problem: error, values });
        } else setRest(error);
      },
    });
  };

  const restart = async (values: FormValues | null) => {
    const fresh = await readForm(task.id);
    client.setQueryData(['tasks', 'form', task.id], fresh);
    const at = fresh?.draft?.at ?? null;
    if (values === null) setStart(beginning(fresh));
    draft.goOn(at, values);
  };

  const ended = lost ?? (draft.state.kind === 'refused' ? draft.state : null);
  if (ended) return <Typed problem={ended.problem} values={ended.values} schema={answer?.form ?? {}} />;
  const conflict = draft.state.kind === 'conflict' ? draft.state : null;
  return (
    <div ref={place}>
      {isReadOnly && !isOver && <Alert className="task-others" type="info" showIcon title={t('othersTask')} />}
      {answer?.form ? (
        <FormView
          ref={form}
          schema={answer.form}
          data={start.data}
          revision={start.revision}
          isReadOnly={isReadOnly}
          onChange={(values) => {
            if (!isReadOnly) draft.keep(values);
          }}
        />
      ) : (
        <p className="muted">{t(answer?.form_key ? 'formElsewhere' : 'noForm', { key: answer?.form_key })}</p>
      )}
      <ProblemAlert error={rest} />
      {!isReadOnly && (
        <footer className="task-footer">
          <DraftLine state={draft.state} />
          {answer?.form && <Phrases place={place} />}
          <Button type="primary" loading={complete.isPending} onClick={submit}>
            {t('action.complete')}
          </Button>
        </footer>
      )}
      {conflict && answer?.form && (
        <DraftConflict
          taskId={task.id}
          schema={answer.form}
          mine={conflict.mine}
          onMine={() => restart(conflict.mine)}
          onTheirs={() => restart(null)}
        />
      )}
    </div>
  );
}

function DraftLine({ state }: { state: DraftState }) {
  const { t } = useTranslation('tasks');
  const times = useTimes();
  const said =
    state.kind === 'saved' ? t('draft.saved', { time: times.clock(state.at) }) : state.kind === 'clean' ? '' : t(`draft.${state.kind}`);
  return (
    <span className="task-draft" role="status">
      {state.kind === 'saved' && <CheckCircleOutlined aria-hidden />}
      {state.kind === 'waiting' && <CloudSyncOutlined aria-hidden />} {said}
    </span>
  );
}

function beginning(answer: FormAnswer | null): { data: FormValues; revision: string } {
  return { data: { ...answer?.variables, ...answer?.draft?.values }, revision: answer?.draft?.at ?? 'new' };
}

/** What the service says of fields, in the reader's language. */
function fieldErrors(problem: Problem, language: string): FieldError[] {
  const errors = problem.members.errors;
  if (!Array.isArray(errors)) return [];
  return errors.map((one: Record<string, unknown>) => ({
    pointer: `/${String(one.field ?? '').replaceAll('.', '/')}`,
    message: String((language.startsWith('zh') ? one.message_zh : undefined) ?? one.message),
  }));
}
