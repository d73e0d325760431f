import { DashboardOutlined } from '@ant-design/icons';
import type { Feature } from '../../shell/feature';
import { has } from '../../shell/session';

export const feature: Feature = {
  name: 'board',
  order: 30,
  icon: DashboardOutlined,
  isFor: (identity) => has(identity, 'supervise', 'overview', 'operate', 'audit'),
  routes: [
    { index: true, lazy: async () => ({ Component: (await import('./BoardPage')).default }) },
    { path: 'figures', lazy: async () => ({ Component: (await import('./FiguresPage')).default }) },
    { path: 'heat', lazy: async () => ({ Component: (await import('./HeatPage')).default }) },
  ],
};
