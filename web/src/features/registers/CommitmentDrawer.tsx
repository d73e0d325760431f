import { App, Button, Drawer, Form, Input, InputNumber, Select, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useProblem } from '../../ui/useProblem';
import { type Commitment, useReviseCommitment, useVersions } from './useCommitments';
import { useWording } from './useWording';

interface Fields {
  value: string;
  calendar?: string;
  warn_percent?: number;
  reason: string;
}

/** One promised time: a new version with a reason, and all versions so far. */
export function CommitmentDrawer({ commitment, onClose }: { commitment: Commitment; onClose: () => void }) {
  const { t } = useTranslation('registers');
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const tell = useProblem(form);
  const revise = useReviseCommitment(commitment.key);
  const { nameOf, calendarOf, calendars } = useWording();
  const submit = (said: Fields) =>
    revise.mutate(said, {
      onSuccess: () => {
        form.resetFields(['reason']);
        void message.success(t('saved'));
      },
      onError: tell,
    });
  const required = [{ required: true, message: t('required') }];
  const initial = {
    value: commitment.value,
    calendar: commitment.calendar ?? undefined,
    warn_percent: commitment.warn_percent ?? undefined,
  };
  return (
    <Drawer open size={460} title={nameOf(commitment)} onClose={onClose}>
      <p className="register-sub">
        {commitment.key} · {commitment.source}
      </p>
      {commitment.is_fixed ? (
        <p>{t('commitment.fixed')}</p>
      ) : (
        <Form name="commitment" form={form} layout="vertical" initialValues={initial} onFinish={submit}>
          <Form.Item
            name="value"
            label={t('commitment.value')}
            rules={required}
            extra={t(`commitment.kind.${commitment.kind}`)}
          >
            <Input maxLength={200} />
          </Form.Item>
          {commitment.calendar !== null && (
            <Form.Item name="calendar" label={t('commitment.calendar')}>
              <Select
                options={['always', ...calendars.map((one) => one.key)].map((key) => ({
                  value: key,
                  label: calendarOf(key),
                }))}
              />
            </Form.Item>
          )}
          {commitment.warn_percent !== null && (
            <Form.Item name="warn_percent" label={t('commitment.warn')}>
              <InputNumber min={0} max={100} suffix="%" />
            </Form.Item>
          )}
          <Form.Item name="reason" label={t('reason')} rules={required}>
            <Input.TextArea rows={2} maxLength={1000} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={revise.isPending}>
            {t(commitment.is_default ? 'commitment.confirm' : 'save')}
          </Button>
        </Form>
      )}
      <Versions commitment={commitment} />
    </Drawer>
  );
}

function Versions({ commitment }: { commitment: Commitment }) {
  const { t, i18n } = useTranslation('registers');
  const { valueOf } = useWording();
  const query = useVersions(commitment.key);
  const on = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <section>
      <h3>{t('commitment.versions')}</h3>
      <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && <Skeleton active />}
      <ol className="register-versions" reversed>
        {(query.data?.items ?? []).map((one) => (
          <li key={one.version}>
            {valueOf(one)}
            <small>
              {on.format(new Date(one.changed_at))}
              {one.reason && ` · ${one.reason}`}
            </small>
          </li>
        ))}
      </ol>
    </section>
  );
}
