import type { ReactNode } from 'react';
import { chooseLanguage, chooseTheme, useIsDark } from '../shell/preferences';
import { useTexts } from './texts';

/** The frame of every page: where one is, the two ways in, language and light. */
export function Layout({ children }: { children: ReactNode }) {
  const { t, language } = useTexts();
  const isDark = useIsDark();
  const here = location.pathname;
  const other = language === 'en' ? 'zh-CN' : 'en';
  return (
    <>
      <a className="skip" href="#main">
        {t('skip')}
      </a>
      <header className="top">
        <p className="brand">{t('brand')}</p>
        <nav aria-label={t('nav.title')}>
          <a href="/submit" aria-current={here.startsWith('/submit') ? 'page' : undefined}>
            {t('nav.request')}
          </a>
          <a href="/complain" aria-current={here.startsWith('/complain') ? 'page' : undefined}>
            {t('nav.complaint')}
          </a>
        </nav>
        <div className="switches">
          <button type="button" className="plain" lang={other} onClick={() => { chooseLanguage(other); }}>
            {other === 'en' ? 'English' : '中文'}
          </button>
          <button type="button" className="plain" onClick={() => { chooseTheme(isDark ? 'light' : 'dark'); }}>
            {t(isDark ? 'theme.light' : 'theme.dark')}
          </button>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

/** The page's name in the tab too. */
export function Title({ children }: { children: string }) {
  return (
    <>
      <title>{children}</title>
      <h1>{children}</h1>
    </>
  );
}
