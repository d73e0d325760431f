import { MenuOutlined } from '@ant-design/icons';
import { Button, Drawer, Modal, Skeleton } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, Outlet, useLocation } from 'react-router';
import { ProblemAlert } from '../ui/ProblemAlert';
import { Navigation } from './Navigation';
import { NotificationBell } from './NotificationBell';
import { PersonMenu } from './PersonMenu';
import { type Identity, useIdentityQuery, useIsSessionLost } from './session';
import { SignInForm } from './SignInForm';
import { useIsWide } from '../ui/useIsWide';
import { useOwedCase } from './useOwedCase';

const PurposeDialog = lazy(() => import('./PurposeDialog'));

/** Everything around a page, for whoever is signed in; others are sent to sign in and come back. */
export function Frame() {
  const location = useLocation();
  const session = useIdentityQuery();
  if (session.isPending) return <Waiting />;
  if (session.isError) return <ProblemAlert error={session.error} onRetry={() => void session.refetch()} />;
  if (session.data === null) {
    const next = encodeURIComponent(location.pathname + location.search);
    return <Navigate to={location.pathname === '/' ? '/sign-in' : `/sign-in?next=${next}`} replace />;
  }
  return <Furnished identity={session.data} />;
}

function Furnished({ identity }: { identity: Identity }) {
  const { t } = useTranslation('shell');
  const [isOpen, setOpen] = useState(false);
  const isWide = useIsWide();
  return (
    <div className="frame">
      <a className="skip" href="#main">
        {t('skip')}
      </a>
      <aside className="sidebar">
        <div className="sidebar-top">
          <p className="brand">Opsflow</p>
          {isWide && <NotificationBell identity={identity} />}
        </div>
        <Navigation identity={identity} />
        <PersonMenu identity={identity} />
      </aside>
      <header className="topbar">
        <Button type="text" icon={<MenuOutlined />} aria-label={t('menu')} onClick={() => setOpen(true)} />
        <p className="brand">Opsflow</p>
        {!isWide && <NotificationBell identity={identity} />}
      </header>
      <Drawer open={isOpen} placement="left" size={280} title={t('menu')} onClose={() => setOpen(false)}>
        <div className="drawer-content">
          <Navigation identity={identity} onNavigate={() => setOpen(false)} />
          <PersonMenu identity={identity} />
        </div>
      </Drawer>
      <main id="main" className="main" tabIndex={-1}>
        <Suspense fallback={<Skeleton active />}>
          <Outlet />
        </Suspense>
      </main>
      <OwedPurpose />
      <LostSession identity={identity} />
    </div>
  );
}

/** A case on the page that is shown only to who says what for. */
function OwedPurpose() {
  const number = useOwedCase();
  return (
    <Suspense fallback={null}>
      {number !== null && <PurposeDialog key={number} number={number} />}
    </Suspense>
  );
}

/** The session ended while a page was open: sign in again over it, so that nothing typed there is lost. */
function LostSession({ identity }: { identity: Identity }) {
  const { t } = useTranslation('shell');
  return (
    <Modal open={useIsSessionLost()} title={t('lost.title')} footer={null} closable={false} keyboard={false} destroyOnHidden>
      <p>{t('lost.hint')}</p>
      <SignInForm userName={identity.user_name} />
    </Modal>
  );
}

function Waiting() {
  return (
    <div className="waiting" aria-busy="true">
      <Skeleton active />
    </div>
  );
}
