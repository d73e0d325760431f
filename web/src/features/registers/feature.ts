import { BookOutlined } from '@ant-design/icons';
import { createElement } from 'react';
import { Navigate } from 'react-router';
import type { Feature } from '../../shell/feature';
import { has } from '../../shell/session';

export const feature: Feature = {
  name: 'registers',
  order: 80,
  icon: BookOutlined,
  isFor: (identity) => has(identity, 'configure', 'administer'),
  routes: [
    {
      lazy: async () => ({ Component: (await import('./RegistersPage')).default }),
      children: [
        { index: true, element: createElement(Navigate, { to: '/registers/commitments', replace: true }) },
        { path: 'commitments', lazy: async () => ({ Component: (await import('./Commitments')).Commitments }) },
        { path: 'calendars', lazy: async () => ({ Component: (await import('./Calendars')).Calendars }) },
        { path: 'channels', lazy: async () => ({ Component: (await import('./Channels')).Channels }) },
        { path: 'people', lazy: async () => ({ Component: (await import('./People')).People }) },
      ],
    },
  ],
};
