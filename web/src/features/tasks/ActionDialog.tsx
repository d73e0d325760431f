import { useMutation, useQuery } from '@tanstack/react-query';
import { DatePicker, Form, Input, InputNumber, Modal, Select } from 'antd';
import type { Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { answered } from '../../api/problems';
import { has, useIdentity } from '../../shell/session';
import { ENTER_TAKES } from '../../ui/entering';
import { useInLanguage } from '../../ui/inLanguage';
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

const TO: ActionKind[] = ['delegate', 'handOver', 'reassign'];
const WITHOUT_REASON: ActionKind[] = ['followUp'];
const LEVELS = [1, 2, 3];

/** What is asked before something is done to a task: to whom, until when, and why. */
export function ActionDialog(props: {
  kind: ActionKind;
  task: Task;
  onSubmit: (values: ActionValues) => Promise<unknown>;
  onClose: () => void;
}) {
  const { kind, task } = props;
  const { t } = useTranslation('tasks');
  const said = useInLanguage();
  const [form] = Form.useForm<ActionValues>();
  const problem = useProblem(form);
  const act = useMutation({ mutationFn: props.onSubmit, onSuccess: props.onClose, onError: problem });
  const required = [{ required: true, message: t('required') }];
  return (
    <Modal
      open
      title={t(`dialog.${kind}.title`)}
      okText={t(`dialog.${kind}.ok`)}
      confirmLoading={act.isPending}
      onOk={() => form.submit()}
      onCancel={props.onClose}
    >
      <p className="muted">
        {said(task.name) || task.element_id}
        {task.case_number && ` · ${task.case_number}`}
      </p>
      <p>{t(`dialog.${kind}.hint`)}</p>
      <Form form={form} layout="vertical" initialValues={{ priority: task.priority }} onFinish={(values) => act.mutate(values)}>
        {TO.includes(kind) && (
          <Form.Item name="to" label={t('dialog.to')} rules={required}>
            <People task={task} />
          </Form.Item>
        )}
        {kind === 'escalate' && (
          <Form.Item name="level" label={t('dialog.level')} extra={t('dialog.levelHint')}>
            <Select allowClear options={LEVELS.map((value) => ({ value, label: t(`level.${String(value)}`) }))} />
          </Form.Item>
        )}
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
        {!WITHOUT_REASON.includes(kind) && (
          <Form.Item name="reason" label={t('dialog.reason')} rules={required}>
            <Input.TextArea rows={3} maxLength={1000} showCount />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}

/** Colleagues the task is offered to; supervisors choose among everybody. */
function People({ task, value, onChange }: { task: Task; value?: string; onChange?: (to: string) => void }) {
  const { t } = useTranslation('tasks');
  const identity = useIdentity();
  const isEverybody = has(identity, 'supervise');
  const { data, isPending } = useQuery({
    queryKey: ['tasks', 'people', isEverybody ? '' : task.id],
    queryFn: async () => {
      if (isEverybody) return (await answered(api.GET('/api/people', { params: { query: { limit: 200 } } }))).items;
      const path = { user_task_id: task.id };
      return (await answered(api.GET('/api/user-tasks/{user_task_id}/colleagues', { params: { path } }))).items;
    },
  });
  return (
    <Select
      showSearch={{ optionFilterProp: 'label' }}
      loading={isPending}
      value={value}
      onChange={onChange}
      placeholder={t('dialog.toHint')}
      notFoundContent={t('dialog.nobody')}
      options={data
        ?.filter((one) => one.is_active && one.subject !== task.assignee)
        .map((one) => ({
          value: one.subject,
          label: one.display_name === one.user_name ? one.user_name : `${one.display_name} (${one.user_name})`,
        }))}
    />
  );
}
