import { App, DatePicker, Form, Input } from 'antd';
import type { Dayjs } from 'dayjs';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../ui/FormDialog';
import { ReasonField } from '../../ui/ReasonField';
import { useTimes } from '../../ui/times';
import { useProblem } from '../../ui/useProblem';
import { useWording } from '../../wording/useWording';
import { useExtension } from './useActs';
import type { ListedPromise } from './useBoard';

interface Values {
  new_due_at: Dayjs;
  notice: string;
  reason: string;
}

/** Promise a later time: the customer is told, its timers move with it. */
export function ExtendDialog({ promise, onClose }: { promise: ListedPromise; onClose: () => void }) {
  const { t } = useTranslation('board');
  const { message } = App.useApp();
  const { commitment } = useWording();
  const times = useTimes();
  const [form] = Form.useForm<Values>();
  const extend = useExtension(promise);
  const tell = useProblem(form);
  const submit = ({ new_due_at, notice, reason }: Values) =>
    extend.mutate(
      { new_due_at: new_due_at.toISOString(), notice, reason },
      {
        onSuccess: () => {
          void message.success(t('extend.done'));
          onClose();
        },
        onError: tell,
      },
    );
  return (
    <FormDialog
      title={t('extend.title', { name: commitment(promise.commitment), number: promise.case_number })}
      okText={t('extend.ok')}
      form={form}
      name="extension"
      isBusy={extend.isPending}
      lead={<p>{t('extend.hint', { due: times.zoned(promise.due_at) })}</p>}
      onSubmit={submit}
      onClose={onClose}
    >
      <Form.Item name="new_due_at" label={t('extend.newDue')} rules={[{ required: true, message: t('required') }]}>
        <DatePicker
          showTime={{ format: 'HH:mm' }}
          format="YYYY-MM-DD HH:mm"
          minDate={dayjs(promise.due_at)}
          style={{ width: '100%' }}
        />
      </Form.Item>
      <Form.Item
        name="notice"
        label={t('extend.notice')}
        extra={t('extend.noticeHint')}
        rules={[{ required: true, whitespace: true, message: t('required') }]}
      >
        <Input.TextArea rows={3} maxLength={2000} />
      </Form.Item>
      <ReasonField />
    </FormDialog>
  );
}
