import { useMutation, useQuery } from '@tanstack/react-query';
import { DatePicker, Form, InputNumber, Select } from 'antd';
import type { Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { answered } from '../../api/problems';
import { has, useIdentity } from '../../shell/session';
import { ColleagueSelect } from '../../ui/ColleagueSelect';
import { ENTER_TAKES } from '../../ui/entering';
import { FormDialog } from '../../ui/FormDialog';
import { useInLanguage } from '../../ui/inLanguage';
import { LevelField } from '../../ui/LevelField';
import { ReasonField } from '../../ui/ReasonField';
import { optionOf } from '../../ui/usePeopleSearch';
import { useProblem } from '../../ui/useProblem';
import type { Task } from './filters';

export type ActionKind = 'delegate' | 'handOver' | 'reassign' | 'escalate' | 'followUp' | 'priority' | 'dueAt' | 'release';

export interface ActionValues {
  to?: string;
  level?: number;
  reason?: string;
  at?: Dayjs | null;
  priority?: number;
}

export interface ActionDialogProps {
  kind: ActionKind;
  task: Task;
  onSubmit: (values: ActionValues) => Promise<unknown>;
  onClose: () => void;
}

const TO: ActionKind[] = ['delegate', 'handOver', 'reassign'];
const WITHOUT_REASON: ActionKind[] = ['followUp'];

/** What is asked before something is done to a task: to whom, until when, and why. */
export default function ActionDialog(props: ActionDialogProps) {
  const { kind, task } = props;
  const { t } = useTranslation('tasks');
  const said = useInLanguage();
  const [form] = Form.useForm<ActionValues>();
  const problem = useProblem(form);
  const act = useMutation({ mutationFn: props.onSubmit, onSuccess: props.onClose, onError: problem });
  const required = [{ required: true, message: t('required') }];
  return (
    <FormDialog
      title={t(`dialog.${kind}.title`)}
      okText={t(`dialog.${kind}.ok`)}
      form={form}
      name="action"
      initialValues={{ priority: task.priority }}
      isBusy={act.isPending}
      lead={
        <>
          <p className="muted">
            {said(task.name) || task.element_id}
            {task.case_number && ` · ${task.case_number}`}
          </p>
          <p>{t(`dialog.${kind}.hint`)}</p>
        </>
      }
      onSubmit={(values) => act.mutate(values)}
      onClose={props.onClose}
    >
      {TO.includes(kind) && (
        <Form.Item name="to" label={t('dialog.to')} rules={required}>
          <Receiver task={task} />
        </Form.Item>
      )}
      {kind === 'escalate' && <LevelField />}
      {(kind === 'followUp' || kind === 'dueAt') && (
        <Form.Item name="at" label={t(kind === 'followUp' ? 'dialog.followUpAt' : 'dialog.dueAt')}>
          <DatePicker {...ENTER_TAKES} showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" style={{ width: '100%' }} />
        </Form.Item>
      )}
      {kind === 'priority' && (
        <Form.Item name="priority" label={t('dialog.priority')} extra={t('dialog.priorityHint')} rules={required}>
          <InputNumber min={0} max={1000} precision={0} style={{ width: '100%' }} />
        </Form.Item>
      )}
      {!WITHOUT_REASON.includes(kind) && <ReasonField />}
    </FormDialog>
  );
}

interface ReceiverProps {
  task: Task;
  id?: string;
  value?: string;
  onChange?: (to: string) => void;
}

/** Who gets the task: supervisors choose among everybody, others among those it is offered to. */
function Receiver({ task, ...field }: ReceiverProps) {
  const isEverybody = has(useIdentity(), 'supervise');
  return isEverybody ? <ColleagueSelect {...field} except={task.assignee} /> : <OfferedSelect {...field} task={task} />;
}

function OfferedSelect({ task, ...field }: ReceiverProps) {
  const { t } = useTranslation('tasks');
  const { data, isPending } = useQuery({
    queryKey: ['tasks', 'people', task.id],
    queryFn: () => answered(api.GET('/api/user-tasks/{user_task_id}/colleagues', { params: { path: { user_task_id: task.id } } })),
  });
  return (
    <Select
      {...field}
      showSearch={{ optionFilterProp: 'label' }}
      loading={isPending}
      placeholder={t('dialog.toHint')}
      notFoundContent={t('dialog.nobody')}
      options={data?.items.filter((one) => one.is_active && one.subject !== task.assignee).map(optionOf)}
    />
  );
}
