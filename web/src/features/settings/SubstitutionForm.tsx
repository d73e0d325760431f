import { App, Button, DatePicker, Form, Input } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { ColleagueSelect } from '../../ui/ColleagueSelect';
import { ENTER_TAKES } from '../../ui/entering';
import { useProblem } from '../../ui/useProblem';
import { useSubstitutions } from './useSubstitutions';

interface Fields {
  /** The subject; named as the member of the request that messages point to. */
  substitute_id: string;
  starts_at: Dayjs | null;
  ends_at: Dayjs;
  reason?: string;
}

/** Let a colleague stand in; without a beginning from now on. */
export function SubstitutionForm() {
  const { t } = useTranslation('settings');
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const { create } = useSubstitutions();
  const tell = useProblem(form);
  const submit = (said: Fields) =>
    create.mutate(
      {
        substitute_id: said.substitute_id.replace('person:', ''),
        starts_at: said.starts_at?.toISOString() ?? null,
        ends_at: said.ends_at.toISOString(),
        reason: said.reason?.trim() || null,
      },
      {
        onSuccess: () => {
          form.resetFields();
          void message.success(t('saved'));
        },
        onError: tell,
      },
    );
  const required = [{ required: true, message: t('required') }];
  return (
    <Form name="substitution" form={form} layout="vertical" onFinish={submit}>
      <Form.Item name="substitute_id" label={t('substitution.who')} rules={required}>
        <ColleagueSelect />
      </Form.Item>
      <div className="quiet-hours">
        <Form.Item name="starts_at" label={t('substitution.from')}>
          <DatePicker {...ENTER_TAKES} showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" placeholder={t('substitution.now')} />
        </Form.Item>
        <Form.Item name="ends_at" label={t('substitution.until')} rules={required}>
          <DatePicker
            {...ENTER_TAKES}
            showTime={{ format: 'HH:mm', defaultValue: dayjs().hour(18).minute(0).second(0) }}
            format="YYYY-MM-DD HH:mm"
            placeholder={t('substitution.pick')}
          />
        </Form.Item>
      </div>
      <Form.Item name="reason" label={t('substitution.reason')}>
        <Input maxLength={1000} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={create.isPending}>
        {t('substitution.create')}
      </Button>
    </Form>
  );
}
