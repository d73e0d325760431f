import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

/** Why something is done; it is recorded with it. */
export function ReasonField() {
  const { t } = useTranslation('shell');
  return (
    <Form.Item name="reason" label={t('act.reason')} rules={[{ required: true, whitespace: true, message: t('act.required') }]}>
      <Input.TextArea rows={3} maxLength={1000} showCount />
    </Form.Item>
  );
}
