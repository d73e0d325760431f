import { useMutation } from '@tanstack/react-query';
import { App, Button, Card, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { answered } from '../../api/problems';
import { useIdentity, useSignIn } from '../../shell/session';
import { useProblem } from '../../ui/useProblem';

interface Fields {
  current_password: string;
  password: string;
  repeated: string;
}

/** A new password ends every session of the person; this one begins anew by itself. */
export function PasswordChange() {
  const { t } = useTranslation('settings');
  const { message } = App.useApp();
  const { person_id, user_name } = useIdentity();
  const [form] = Form.useForm<Fields>();
  const tell = useProblem(form);
  const signIn = useSignIn();
  const change = useMutation({
    mutationFn: async ({ current_password, password }: Fields) => {
      const body = { current_password, password };
      await answered(api.PUT('/api/people/{person_id}/password', { params: { path: { person_id } }, body }));
      await signIn.mutateAsync({ user_name, password });
    },
    onSuccess: () => {
      form.resetFields();
      void message.success(t('password.changed'));
    },
    onError: tell,
  });
  const required = { required: true, message: t('required') };
  const same = {
    validator: (_rule: unknown, value: string) =>
      value === form.getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error(t('password.differs'))),
  };
  return (
    <Card title={<h2>{t('password.title')}</h2>}>
      <p className="hint">{t('password.hint')}</p>
      <Form name="password-change" form={form} layout="vertical" onFinish={(said: Fields) => change.mutate(said)}>
        <input type="text" name="username" autoComplete="username" value={user_name} readOnly hidden />
        <Form.Item name="current_password" label={t('password.current')} rules={[required]}>
          <Input.Password autoComplete="current-password" maxLength={256} />
        </Form.Item>
        <Form.Item name="password" label={t('password.new')} rules={[required]} extra={t('password.rule')}>
          <Input.Password autoComplete="new-password" maxLength={256} />
        </Form.Item>
        <Form.Item name="repeated" label={t('password.repeat')} rules={[required, same]} dependencies={['password']}>
          <Input.Password autoComplete="new-password" maxLength={256} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {t('password.change')}
        </Button>
      </Form>
    </Card>
  );
}
