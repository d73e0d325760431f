import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../ui/ProblemAlert';
import { useSignIn } from './session';

interface Credentials {
  user_name: string;
  password: string;
}

/** User name and password; what is wrong is said above them, in the reader's language. */
export function SignInForm({ userName, onSignedIn }: { userName?: string; onSignedIn?: () => void }) {
  const { t } = useTranslation('shell');
  const signIn = useSignIn();
  const submit = (said: Credentials) => signIn.mutate(said, { onSuccess: onSignedIn });
  const required = [{ required: true, message: t('signIn.required') }];
  return (
    <Form name="sign-in" layout="vertical" onFinish={submit} requiredMark={false} initialValues={{ user_name: userName }}>
      <ProblemAlert error={signIn.error} titles={{ 'credentials-wrong': t('signIn.wrong') }} />
      <Form.Item name="user_name" label={t('signIn.userName')} rules={required}>
        <Input autoComplete="username" autoCapitalize="none" maxLength={64} disabled={userName !== undefined} />
      </Form.Item>
      <Form.Item name="password" label={t('signIn.password')} rules={required}>
        <Input.Password autoComplete="current-password" maxLength={256} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={signIn.isPending}>
        {t('signIn.submit')}
      </Button>
    </Form>
  );
}
