import { App, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../ui/FormDialog';
import { useInLanguage } from '../../ui/inLanguage';
import { ReasonField } from '../../ui/ReasonField';
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
    <FormDialog
      title={t('resolve.title', { name: said(incident.element_name) || incident.element_id })}
      okText={t('incidents.resolve')}
      form={form}
      name="resolution"
      isBusy={resolve.isPending}
      lead={<p>{t('resolve.hint')}</p>}
      onSubmit={submit}
      onClose={onClose}
    >
      <ReasonField />
      <Form.Item name="variables" label={t('resolve.variables')} rules={[{ validator: isObject }]}>
        <Input.TextArea rows={3} className="code" placeholder='{"amount": 100}' />
      </Form.Item>
    </FormDialog>
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
