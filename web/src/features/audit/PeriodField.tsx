import { Form } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Period } from './period';
import { PeriodPicker } from './PeriodPicker';

/** A period with a beginning and an end; `id` is that of its first picker. */
export function PeriodField({ id, label }: { id: string; label: string }) {
  const { t } = useTranslation('audit');
  const whole = (_: unknown, period?: Period) =>
    period?.from && period.to ? Promise.resolve() : Promise.reject(new Error(t('sample.periodRequired')));
  return (
    <Form.Item name="period" required label={label} htmlFor={id} rules={[{ validator: whole }]}>
      <PeriodPicker id={id} label={label} />
    </Form.Item>
  );
}
