import type { RouteObject } from 'react-router';

/** Below `/studio`, beside the drawing. */
export const routes: RouteObject[] = [
  { path: 'definitions/:key', lazy: async () => ({ Component: (await import('./VersionsPage')).default }) },
  { path: 'definitions/:key/compare', lazy: async () => ({ Component: (await import('./ComparePage')).default }) },
  { path: 'definitions/:key/migrate', lazy: async () => ({ Component: (await import('./MigratePage')).default }) },
  { path: 'try/:sandboxId', lazy: async () => ({ Component: (await import('./TryPage')).default }) },
];
