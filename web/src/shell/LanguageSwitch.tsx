import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, type Language, useLanguage } from './preferences';

/** Each language by its own name, whichever is shown. */
export function LanguageSwitch() {
  const { t } = useTranslation('shell');
  return (
    <Segmented<Language>
      aria-label={t('language')}
      size="small"
      value={useLanguage()}
      onChange={chooseLanguage}
      options={[
        { value: 'zh-CN', label: <span lang="zh-CN">中文</span> },
        { value: 'en', label: <span lang="en" title="English">EN</span> },
      ]}
    />
  );
}
