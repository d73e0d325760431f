import { AuditOutlined } from '@ant-design/icons';
import type { Feature } from '../../shell/feature';
import { has } from '../../shell/session';

export const feature: Feature = {
  name: 'audit',
  order: 50,
  icon: AuditOutlined,
  isFor: (identity) => has(identity, 'audit'),
  routes: [
    { index: true, lazy: async () => ({ Component: (await import('./FindPage')).default }) },
    { path: 'exports', lazy: async () => ({ Component: (await import('./ExportsPage')).default }) },
    { path: 'journal', lazy: async () => ({ Component: (await import('./JournalPage')).default }) },
    { path: 'backtests', lazy: async () => ({ Component: (await import('./BacktestsPage')).default }) },
    { path: 'samples', lazy: async () => ({ Component: (await import('./SamplesPage')).default }) },
    { path: 'samples/:id', lazy: async () => ({ Component: (await import('./SamplePage')).default }) },
    { path: 'backtests/:id', lazy: async () => ({ Component: (await import('./BacktestPage')).default }) },
    { path: 'instances/:id', lazy: async () => ({ Component: (await import('./InstancePage')).default }) },
    { path: 'cases/:number', lazy: async () => ({ Component: (await import('./CasePage')).default }) },
  ],
};
