import { Form, Input, InputNumber, Modal, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { momentsOf, type Period } from './period';
import { PeriodPicker } from './PeriodPicker';
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
  const isWhole = (period?: Period) => Boolean(period?.from && period.to);
  return (
    <Modal open title={t('exports.ask')} okText={t('exports.make')} confirmLoading={request.isPending} onOk={() => form.submit()} onCancel={onClose}>
      <ProblemAlert error={request.error} />
      <Form form={form} name="exporting" layout="vertical" initialValues={{ kind: 'cases' }} onFinish={submit}>
        <Form.Item name="kind" label={t('exports.kind')} extra={t(`kindHint.${kind}`)}>
          <Radio.Group options={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))} />
        </Form.Item>
        {kind !== 'journal' && (
          <Form.Item
            name="period"
          required
            label={t('exports.when')}
            htmlFor="exporting-from"
            rules={[{ validator: (_, value?: Period) => (isWhole(value) ? Promise.resolve() : Promise.reject(new Error(t('sample.periodRequired')))) }]}
          >
            <PeriodPicker id="exporting-from" label={t('exports.when')} />
          </Form.Item>
        )}
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
        <Form.Item name="purpose" label={t('export.purpose')} rules={[{ required: true, whitespace: true, message: t('export.required') }]}>
          <Input.TextArea rows={2} maxLength={1_000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
