import { useTranslation } from 'react-i18next';
import { useIdentity } from '../../shell/session';
import { PageHeader } from '../../ui/PageHeader';
import { MessagePreferences } from './MessagePreferences';
import { PasswordChange } from './PasswordChange';
import './settings.css';
import { Substitutions } from './Substitutions';

/** What a person decides for himself. */
export default function SettingsPage() {
  const { t } = useTranslation('settings');
  const identity = useIdentity();
  return (
    <>
      <PageHeader title={t('title')} subtitle={`${identity.display_name} · ${identity.user_name}`} />
      <div className="settings">
        <MessagePreferences />
        <Substitutions />
        <PasswordChange />
      </div>
    </>
  );
}
