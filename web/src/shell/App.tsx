import { QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useEffect, useMemo } from 'react';
import { RouterProvider } from 'react-router';
import { setApiLanguage } from '../api/client';
import i18n from './i18n';
import { useIsDark, useLanguage } from './preferences';
import { router } from './router';
import { queryClient } from './session';
import { themeOf } from './theme';

const BUTTON = { autoInsertSpace: false }; // a button is called what its text says: 登录, not 登 录

/** What every page stands in: language, theme, the service's answers, addresses. */
export function App() {
  const language = useLanguage();
  const isDark = useIsDark();
  const theme = useMemo(() => themeOf(isDark), [isDark]);
  dayjs.locale(language === 'en' ? 'en' : 'zh-cn'); // before the calendars below are drawn
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
    setApiLanguage(language);
    void i18n.changeLanguage(language);
  }, [language, isDark]);
  return (
    <ConfigProvider locale={language === 'en' ? enUS : zhCN} theme={theme} button={BUTTON}>
      <AntApp className="app">
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
