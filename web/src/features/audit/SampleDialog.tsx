import { Form, Input, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { FormDialog } from '../../ui/FormDialog';
import type { CaseFilters } from '../../ui/FoundCases';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { momentsOf, type Period } from './period';
import { PeriodField } from './PeriodField';
import { PurposeField } from './PurposeField';
import { SampleFilter } from './SampleFilter';
import { useDraw } from './useSamples';

const MOST = 200;
const USUAL = 25;

interface Values {
  size: number;
  seed?: string;
  period: Period;
  purpose: string;
}

/** Draw a random sample of the cases that the page's filters hold; its page opens. */
export function SampleDialog({ asked, period, onClose }: { asked: CaseFilters; period: Period; onClose: () => void }) {
  const { t } = useTranslation('audit');
  const navigate = useNavigate();
  const [form] = Form.useForm<Values>();
  const draw = useDraw((sample) => void navigate(`/audit/samples/${sample.id}`));
  const { text, definition_key, outcome, is_breached } = asked;
  const submit = ({ size, seed, period: wanted, purpose }: Values) => {
    const { first = '', after = '' } = momentsOf(wanted);
    const population = { received_from: first, received_before: after, text, definition_key, outcome, is_breached };
    draw.mutate({ size, purpose, population, ...(seed?.trim() ? { seed: seed.trim() } : {}) });
  };
  return (
    <FormDialog
      title={t('sample.draw')}
      okText={t('sample.begin')}
      form={form}
      name="sample"
      initialValues={{ size: USUAL, period }}
      isBusy={draw.isPending}
      lead={
        <>
          <p>{t('sample.hint')}</p>
          <ProblemAlert error={draw.error} />
        </>
      }
      onSubmit={submit}
      onClose={onClose}
    >
      <PeriodField id="sample-from" label={t('find.period')} />
      <SampleFilter filter={{ text, definition_key, outcome, is_breached }} />
      <Form.Item name="size" label={t('sample.size')} rules={[{ required: true, message: t('sample.sizeRequired') }]}>
        <InputNumber min={1} max={MOST} precision={0} />
      </Form.Item>
      <Form.Item name="seed" label={t('sample.seed')} extra={t('sample.seedHint')}>
        <Input maxLength={100} />
      </Form.Item>
      <PurposeField />
    </FormDialog>
  );
}
