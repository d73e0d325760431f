import type { ComponentType } from 'react';
import type { RouteObject } from 'react-router';
import type { Identity } from './session';

/** What a folder under `features/` shows of itself: `feature.ts` there exports one as `feature`. */
export interface Feature {
  /** Folder, namespace of its texts, and first part of its addresses; also `nav.<name>` in the shell's texts. */
  name: string;
  /** Place in the navigation, from the top. */
  order: number;
  icon: ComponentType;
  /** Whether the person has any use for it; hides the entry, while the service alone decides who may do what. */
  isFor: (identity: Identity) => boolean;
  /** Below `/<name>`; each lazy: `{ index: true, lazy: async () => ({ Component: (await import('./Page')).default }) }`. */
  routes: RouteObject[];
}

const modules = import.meta.glob<Feature>('../features/*/feature.ts', { import: 'feature', eager: true });

/** Every feature, as the navigation orders them. */
export const features: readonly Feature[] = Object.values(modules).sort((a, b) => a.order - b.order);
