import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

/** What something is taken for; it is journalled. */
export function PurposeField() {
  const { t } = useTranslation('audit');
  return (
    <Form.Item name="purpose" label={t('export.purpose')} rules={[{ required: true, whitespace: true, message: t('export.required') }]}>
      <Input.TextArea rows={3} maxLength={1_000} showCount />
    </Form.Item>
  );
}
