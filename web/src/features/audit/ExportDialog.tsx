import { Form, Input, InputNumber, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../ui/FormDialog';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { momentsOf, type Period } from './period';
import { PeriodField } from './PeriodField';
import { PurposeField } from './PurposeField';
import { type Kind, useNewExport } from './useExports';

const POPULATIONS: readonly Kind[] = ['cases', 'tasks', 'changes', 'deployments'];
const KINDS: readonly Kind[] = [...POPULATIONS, 'xes', 'ocel', 'journal'];
const MOST_SAMPLED = 10_000;

interface Values {
  kind: Kind;
  period?: Period;
  sample?: number | null;
  seed?: string;
  purpose: string;
}

/** Ask for an export: of what, of which period, what for. */
export function ExportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('audit');
  const [form] = Form.useForm<Values>();
  const kind = Form.useWatch('kind', form) ?? 'cases';
  const sample = Form.useWatch('sample', form);
  const request = useNewExport(onClose);
  const submit = (values: Values) => {
    const { first, after } = momentsOf(values.period ?? { from: null, to: null });
    request.mutate({
      kind: values.kind,
      purpose: values.purpose,
      ...(values.kind === 'journal' ? {} : { received_from: first, received_before: after }),
      ...(values.sample ? { sample: values.sample, seed: values.seed?.trim() } : {}),
    });
  };
  return (
    <FormDialog
      title={t('exports.ask')}
      okText={t('exports.make')}
      form={form}
      name="exporting"
      initialValues={{ kind: 'cases' }}
      isBusy={request.isPending}
      lead={<ProblemAlert error={request.error} />}
      onSubmit={submit}
      onClose={onClose}
    >
      <Form.Item name="kind" label={t('exports.kind')} extra={t(`kindHint.${kind}`)}>
        <Radio.Group options={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))} />
      </Form.Item>
      {kind !== 'journal' && <PeriodField id="exporting-from" label={t('exports.when')} />}
      {POPULATIONS.includes(kind) && (
        <Form.Item name="sample" label={t('exports.sampleSize')} extra={t('exports.sampleHint')}>
          <InputNumber min={1} max={MOST_SAMPLED} precision={0} />
        </Form.Item>
      )}
      {POPULATIONS.includes(kind) && Boolean(sample) && (
        <Form.Item name="seed" label={t('sample.seed')} rules={[{ required: true, whitespace: true, message: t('exports.seedRequired') }]}>
          <Input maxLength={100} />
        </Form.Item>
      )}
      <PurposeField />
    </FormDialog>
  );
}
