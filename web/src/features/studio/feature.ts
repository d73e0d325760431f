import { ApartmentOutlined } from '@ant-design/icons';
import type { Feature } from '../../shell/feature';
import { has } from '../../shell/session';

export const feature: Feature = {
  name: 'studio',
  order: 40,
  icon: ApartmentOutlined,
  isFor: (identity) => has(identity, 'deploy'),
  routes: [
    { index: true, lazy: async () => ({ Component: (await import('./ListPage')).default }) },
    { path: 'drafts/:draftId', lazy: async () => ({ Component: (await import('./DraftPage')).default }) },
  ],
};
