import { App, Button, DatePicker, Form, Input } from 'antd';
import type { Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { ENTER_TAKES } from '../../ui/entering';
import { useProblem } from '../../ui/useProblem';
import { read, written } from './hours';
import { type Calendar, useReviseCalendar } from './useCalendars';

const WEEK = [0, 1, 2, 3, 4, 5, 6];

interface Props {
  calendar: Calendar;
  onDone: () => void;
}

/** The seven days of a calendar as texts. */
export function WeekForm({ calendar, onDone }: Props) {
  const { t, i18n } = useTranslation('registers');
  const [form] = Form.useForm<{ days: string[]; reason: string }>();
  const { week } = useReviseCalendar(calendar.key);
  const finish = useFinish(onDone);
  const tell = useProblem(form);
  const spans = useHoursRule();
  const weekday = new Intl.DateTimeFormat(i18n.language, { weekday: 'long', timeZone: 'UTC' });
  const submit = ({ days, reason }: { days: string[]; reason: string }) => {
    const { name_zh, name_en, zone, country } = calendar;
    const hours = days.map((day) => read(day) ?? []);
    week.mutate({ name_zh, name_en, zone, country, hours, reason }, { onSuccess: finish, onError: tell });
  };
  return (
    <Form
      name={`week-${calendar.key}`}
      form={form}
      layout="vertical"
      initialValues={{ days: calendar.hours.map(written) }}
      onFinish={submit}
    >
      {WEEK.map((index) => (
        <Form.Item
          key={index}
          name={['days', index]}
          label={weekday.format(new Date(Date.UTC(2024, 0, 1 + index)))}
          rules={[spans]}
        >
          <Input placeholder={t('calendar.off')} maxLength={200} />
        </Form.Item>
      ))}
      <Reason />
      <Buttons isPending={week.isPending} onCancel={onDone} />
    </Form>
  );
}

interface DayFields {
  day: Dayjs;
  name_zh: string;
  name_en: string;
  hours?: string;
  reason: string;
}

/** One day with hours of its own. */
export function DayForm({ calendar, onDone }: Props) {
  const { t } = useTranslation('registers');
  const [form] = Form.useForm<DayFields>();
  const { setDay } = useReviseCalendar(calendar.key);
  const finish = useFinish(onDone);
  const tell = useProblem(form);
  const spans = useHoursRule();
  const required = [{ required: true, message: t('required') }];
  const submit = ({ day, hours, ...said }: DayFields) =>
    setDay.mutate(
      { ...said, day: day.format('YYYY-MM-DD'), hours: read(hours ?? '') ?? [] },
      { onSuccess: finish, onError: tell },
    );
  return (
    <Form name={`day-${calendar.key}`} form={form} layout="vertical" onFinish={submit}>
      <Form.Item name="day" label={t('calendar.day')} rules={required}>
        <DatePicker {...ENTER_TAKES} placeholder={t('calendar.pickDay')} />
      </Form.Item>
      <Form.Item name="name_zh" label={t('calendar.nameZh')} rules={required}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="name_en" label={t('calendar.nameEn')} rules={required}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="hours" label={t('calendar.hours')} extra={t('calendar.hoursHint')} rules={[spans]}>
        <Input placeholder={t('calendar.off')} maxLength={200} />
      </Form.Item>
      <Reason />
      <Buttons isPending={setDay.isPending} onCancel={onDone} />
    </Form>
  );
}

function useFinish(onDone: () => void) {
  const { t } = useTranslation('registers');
  const { message } = App.useApp();
  return () => {
    void message.success(t('saved'));
    onDone();
  };
}

function useHoursRule() {
  const { t } = useTranslation('registers');
  return {
    validator: (_rule: unknown, text: string | undefined) =>
      read(text ?? '') === null ? Promise.reject(new Error(t('calendar.hoursWrong'))) : Promise.resolve(),
  };
}

function Reason() {
  const { t } = useTranslation('registers');
  return (
    <Form.Item name="reason" label={t('reason')} rules={[{ required: true, message: t('required') }]}>
      <Input maxLength={1000} />
    </Form.Item>
  );
}

function Buttons({ isPending, onCancel }: { isPending: boolean; onCancel: () => void }) {
  const { t } = useTranslation('registers');
  return (
    <div className="register-bar">
      <Button type="primary" htmlType="submit" loading={isPending}>
        {t('save')}
      </Button>
      <Button onClick={onCancel}>{t('cancel')}</Button>
    </div>
  );
}
