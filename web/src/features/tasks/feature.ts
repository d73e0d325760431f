import { CheckSquareOutlined } from '@ant-design/icons';
import type { Feature } from '../../shell/feature';

export const feature: Feature = {
  name: 'tasks',
  order: 10,
  icon: CheckSquareOutlined,
  isFor: () => true,
  routes: [{ path: ':taskId?', lazy: async () => ({ Component: (await import('./Page')).default }) }],
};
