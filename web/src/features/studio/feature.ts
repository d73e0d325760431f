import { ApartmentOutlined } from '@ant-design/icons';
import type { RouteObject } from 'react-router';
import type { Feature } from '../../shell/feature';
import { has } from '../../shell/session';

/** Other folders put pages under `/studio` too: a `studioRoutes.ts` there exports them as `routes`. */
const more = import.meta.glob<RouteObject[]>('../*/studioRoutes.ts', { import: 'routes', eager: true });

export const feature: Feature = {
  name: 'studio',
  order: 40,
  icon: ApartmentOutlined,
  isFor: (identity) => has(identity, 'deploy'),
  routes: [
    { index: true, lazy: async () => ({ Component: (await import('./ListPage')).default }) },
    { path: 'drafts/:draftId', lazy: async () => ({ Component: (await import('./DraftPage')).default }) },
    { path: 'edit/:kind/:definitionId', lazy: async () => ({ Component: (await import('./EditPage')).default }) },
    ...Object.values(more).flat(),
  ],
};
