import { App, Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useInLanguage } from '../../ui/inLanguage';
import { useProblem } from '../../ui/useProblem';
import { useResolution } from './useActs';
import type { Incident } from './useBoard';

interface Values {
  reason: string;
  variables?: string;
}

/** Say that what failed was done by hand, with what came of it; the process goes on behind it. */
export function ResolveDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const { t } = useTranslation('board');
  const { message } = App.useApp();
  const said = useInLanguage();
  const [form] = Form.useForm<Values>();
  const resolve = useResolution();
  const tell = useProblem(form);
  const submit = ({ reason, variables }: Values) =>
    resolve.mutate(
      { id: incident.id, reason, variables: objectOf(variables) ?? {} },
      {
        onSuccess: () => {
          void message.success(t('resolve.done'));
          onClose();
        },
        onError: tell,
      },
    );
  const isObject = (_: unknown, text?: string) =>
    objectOf(text) === null ? Promise.reject(new Error(t('resolve.noObject'))) : Promise.resolve();
  return (
    <Modal
      open
      title={t('resolve.title', { name: said(incident.element_name) || incident.element_id })}
      okText={t('incidents.resolve')}
      cancelText={t('cancel')}
      confirmLoading={resolve.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p>{t('resolve.hint')}</p>
      <Form name="resolution" form={form} layout="vertical" onFinish={submit}>
        <Form.Item name="reason" label={t('reason')} rules={[{ required: true, whitespace: true, message: t('required') }]}>
          <Input.TextArea rows={2} maxLength={1000} />
        </Form.Item>
        <Form.Item name="variables" label={t('resolve.variables')} rules={[{ validator: isObject }]}>
          <Input.TextArea rows={3} className="code" placeholder='{"amount": 100}' />
        </Form.Item>
      </Form>
    </Modal>
  );
}

/** A JSON object that was typed; nothing typed is an empty one, anything else none. */
function objectOf(text: string | undefined): Record<string, unknown> | null {
  if (!text?.trim()) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
