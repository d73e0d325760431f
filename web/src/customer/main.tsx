import { StrictMode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { useIsDark, useLanguage } from '../shell/preferences';
import { ComplaintPage } from './ComplaintPage';
import './customer.css';
import { Layout } from './Layout';
import { RequestPage } from './RequestPage';
import { TrackPage } from './TrackPage';

function Page() {
  const [, section, token] = location.pathname.split('/');
  if (section === 'track') return <TrackPage token={decodeURIComponent(token ?? '')} />;
  return section === 'complain' ? <ComplaintPage /> : <RequestPage />;
}

function Customer() {
  const language = useLanguage();
  const isDark = useIsDark();
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
  }, [language, isDark]);
  return (
    <Layout>
      <Page />
    </Layout>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Customer />
    </StrictMode>,
  );
}
