import { App, Button, Card, Checkbox, Form, Segmented, Skeleton, Switch, TimePicker } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { useIdentity } from '../../shell/session';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { ENTER_TAKES } from '../../ui/entering';
import { useProblem } from '../../ui/useProblem';
import { type Language, type Preference, type Way, useMessagePreferences } from './useMessagePreferences';

const WAYS: Way[] = ['mail', 'wecom', 'dingtalk', 'feishu', 'webhook'];
const TIME = 'HH:mm';

interface Fields {
  language: Language;
  ways: Way[];
  quiet_from: Dayjs | null;
  quiet_until: Dayjs | null;
  is_urgent_excepted: boolean;
}

/** How one wants to be told; everything stays readable under the bell in any case. */
export function MessagePreferences() {
  const { t } = useTranslation('settings');
  const { query } = useMessagePreferences();
  return (
    <Card title={<h2>{t('messages.title')}</h2>}>
      <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && <Skeleton active />}
      {query.data && <PreferenceForm preference={query.data} />}
    </Card>
  );
}

function PreferenceForm({ preference }: { preference: Preference }) {
  const { t } = useTranslation('settings');
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const tell = useProblem(form);
  const { save } = useMessagePreferences();
  const { language } = useIdentity();
  const submit = (said: Fields) => {
    const quiet = { quiet_from: timeOf(said.quiet_from), quiet_until: timeOf(said.quiet_until) };
    save.mutate({ ...said, ...quiet }, { onSuccess: () => void message.success(t('saved')), onError: tell });
  };
  return (
    <Form name="preferences" form={form} layout="vertical" onFinish={submit} initialValues={{ language, ...fieldsOf(preference) }}>
      <Form.Item name="language" label={t('messages.language')}>
        <Segmented
          options={[
            { value: 'zh-CN', label: <span lang="zh-CN">中文</span> },
            { value: 'en', label: <span lang="en">English</span> },
          ]}
        />
      </Form.Item>
      <Form.Item name="ways" label={t('messages.ways')} extra={t('messages.waysHint')}>
        <Checkbox.Group options={WAYS.map((way) => ({ value: way, label: t(`way.${way}`) }))} />
      </Form.Item>
      <Form.Item label={t('messages.quiet')} extra={t('messages.quietHint')}>
        <div className="quiet-hours">
          <Form.Item name="quiet_from" noStyle>
            <TimePicker {...ENTER_TAKES} format={TIME} minuteStep={15} aria-label={t('messages.quietFrom')} needConfirm={false} />
          </Form.Item>
          <span>{t('messages.until')}</span>
          <Form.Item name="quiet_until" noStyle>
            <TimePicker {...ENTER_TAKES} format={TIME} minuteStep={15} aria-label={t('messages.quietUntil')} needConfirm={false} />
          </Form.Item>
        </div>
      </Form.Item>
      <Form.Item name="is_urgent_excepted" label={t('messages.urgent')} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {t('save')}
      </Button>
    </Form>
  );
}

function fieldsOf(preference: Preference) {
  return {
    ways: preference.ways,
    is_urgent_excepted: preference.is_urgent_excepted,
    quiet_from: preference.quiet_from ? dayjs(preference.quiet_from, 'HH:mm:ss') : null,
    quiet_until: preference.quiet_until ? dayjs(preference.quiet_until, 'HH:mm:ss') : null,
  };
}

function timeOf(time: Dayjs | null): string | null {
  return time ? time.format('HH:mm:00') : null;
}
