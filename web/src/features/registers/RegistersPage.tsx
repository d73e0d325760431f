import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { Outlet, useLocation, useNavigate } from 'react-router';
import { has, useIdentity } from '../../shell/session';
import { PageHeader } from '../../ui/PageHeader';
import './registers.css';

/** What the house keeps in registers, each under an address of its own. */
export default function RegistersPage() {
  const { t } = useTranslation('registers');
  const navigate = useNavigate();
  const identity = useIdentity();
  const shown = useLocation().pathname.split('/')[2] ?? 'commitments';
  const registers = ['commitments', 'calendars', 'channels', ...(has(identity, 'administer') ? ['people'] : [])];
  return (
    <>
      <PageHeader title={t('title')} subtitle={t(`hint.${shown}`)} />
      <Segmented
        className="register-tabs"
        aria-label={t('title')}
        value={shown}
        onChange={(register) => void navigate(`/registers/${register}`)}
        options={registers.map((register) => ({ value: register, label: t(`tab.${register}`) }))}
      />
      <Outlet />
    </>
  );
}
