import { Button, Drawer, Input, Skeleton } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../../api/problems';
import { type FormHandle, FormView } from '../../forms/FormView';
import { useInLanguage } from '../../ui/inLanguage';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { JsonField, readValues } from './JsonField';
import { type Sandbox, type SandboxTask, useMove, useSandboxForm } from './useSandbox';

/** A user task as whoever it is for would see it; its form is checked as in earnest. */
export function TaskDrawer({ sandbox, task, onClose }: { sandbox: Sandbox; task: SandboxTask; onClose: () => void }) {
  const { t } = useTranslation('versions');
  const text = useInLanguage();
  const form = useRef<FormHandle>(null);
  const shown = useSandboxForm(sandbox.id, task, sandbox.steps);
  const move = useMove(sandbox.id);
  const [json, setJson] = useState('');
  const [playedAs, setPlayedAs] = useState('');
  const hasForm = task.form_ref !== null;

  function complete() {
    const values = shown.data?.form ? form.current?.submit() : readValues(json);
    if (!values) return;
    move.mutate(
      { kind: 'complete', taskId: task.task_id, variables: values, playedAs: playedAs.trim() || null },
      {
        onSuccess: onClose,
        onError: (error) => {
          if (error instanceof Problem) form.current?.showErrors(error.errors);
        },
      },
    );
  }

  return (
    <Drawer
      open
      size={560}
      title={text(task.element_name) || task.element_id}
      onClose={onClose}
      footer={
        <Button type="primary" loading={move.isPending} disabled={hasForm && shown.isPending} onClick={complete}>
          {t('task.complete')}
        </Button>
      }
    >
      {task.documentation && <p className="task-documentation">{text(task.documentation)}</p>}
      <ProblemAlert error={shown.error ?? move.error} />
      <label className="field">
        {t('task.playedAs')}
        <Input
          value={playedAs}
          maxLength={100}
          placeholder={task.assignee ?? task.candidate_groups.join(', ')}
          onChange={(event) => setPlayedAs(event.target.value)}
        />
      </label>
      {hasForm && shown.isPending && <Skeleton active />}
      {shown.data?.form && (
        <>
          <p className="task-hint">{t('task.madeUp')}</p>
          <FormView
            ref={form}
            schema={shown.data.form}
            data={shown.data.variables}
            revision={task.task_id}
            isReadOnly={false}
            onChange={() => undefined}
          />
        </>
      )}
      {(!hasForm || (shown.data && !shown.data.form)) && (
        <JsonField label={t('task.variables')} value={json} onChange={setJson} />
      )}
    </Drawer>
  );
}
