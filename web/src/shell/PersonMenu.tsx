import { LogoutOutlined } from '@ant-design/icons';
import { Avatar, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { LanguageSwitch } from './LanguageSwitch';
import { type Identity, useSignOut } from './session';
import { ThemeSwitch } from './ThemeSwitch';

/** Who is signed in, how they like it, and the way out. */
export function PersonMenu({ identity }: { identity: Identity }) {
  const { t } = useTranslation('shell');
  const signOut = useSignOut();
  return (
    <section className="person" aria-label={t('person')}>
      <div className="person-switches">
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
      <div className="person-name">
        <Avatar size="small" aria-hidden>
          {identity.display_name.slice(0, 1)}
        </Avatar>
        <span title={identity.user_name}>{identity.display_name}</span>
        <Button
          type="text"
          icon={<LogoutOutlined />}
          aria-label={t('signOut')}
          title={t('signOut')}
          loading={signOut.isPending}
          onClick={() => signOut.mutate()}
        />
      </div>
    </section>
  );
}
