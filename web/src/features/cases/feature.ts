import { FolderOpenOutlined } from '@ant-design/icons';
import type { Feature } from '../../shell/feature';

export const feature: Feature = {
  name: 'cases',
  order: 20,
  icon: FolderOpenOutlined,
  isFor: () => true,
  routes: [
    { index: true, lazy: async () => ({ Component: (await import('./Page')).default }) },
    { path: ':number', lazy: async () => ({ Component: (await import('./CasePage')).default }) },
  ],
};
