import type { Schemas } from '../../api/client';

export type ElementHeat = Schemas['ElementHeatView'];
export const MEASURES = ['p90', 'median', 'late', 'visits'] as const;
export type Measure = (typeof MEASURES)[number];
export const LEVELS = 5;

/** What a measure says of an element; nothing when it says nothing of it. */
export function valueOf(one: ElementHeat, measure: Measure): number | null {
  switch (measure) {
    case 'p90':
      return one.p90_s;
    case 'median':
      return one.median_s;
    case 'late':
      return one.overdue + one.broken;
    case 'visits':
      return one.visits;
  }
}

/**
 * 1 to 5 by the root of the share of the greatest value, so that what is small beside one outlier still differs; 0 for
 * nothing at all.
 */
export function levelOf(value: number | null, greatest: number): number {
  if (value === null || value <= 0 || greatest <= 0) return 0;
  return Math.max(1, Math.ceil(LEVELS * Math.sqrt(value / greatest) - 1e-9));
}

/** The greatest value that still has this level. */
export function boundOf(level: number, greatest: number): number {
  return greatest * (level / LEVELS) ** 2;
}

export function greatestOf(elements: readonly ElementHeat[], measure: Measure): number {
  return Math.max(0, ...elements.map((one) => valueOf(one, measure) ?? 0));
}
