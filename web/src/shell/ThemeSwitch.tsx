import { DesktopOutlined, MoonOutlined, SunOutlined } from '@ant-design/icons';
import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { chooseTheme, type ThemeChoice, useThemeChoice } from './preferences';

/** Light, dark, or as the system has it. */
export function ThemeSwitch() {
  const { t } = useTranslation('shell');
  const option = (value: ThemeChoice, icon: React.ReactNode) => ({
    value,
    icon: <span title={t(`theme.${value}`)} role="img" aria-label={t(`theme.${value}`)}>{icon}</span>,
  });
  return (
    <Segmented<ThemeChoice>
      aria-label={t('theme.title')}
      size="small"
      value={useThemeChoice()}
      onChange={chooseTheme}
      options={[
        option('system', <DesktopOutlined aria-hidden />),
        option('light', <SunOutlined aria-hidden />),
        option('dark', <MoonOutlined aria-hidden />),
      ]}
    />
  );
}
