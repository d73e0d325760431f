import { SettingOutlined } from '@ant-design/icons';
import type { Feature } from '../../shell/feature';

export const feature: Feature = {
  name: 'settings',
  order: 90,
  icon: SettingOutlined,
  isFor: () => true,
  routes: [{ index: true, lazy: async () => ({ Component: (await import('./SettingsPage')).default }) }],
};
