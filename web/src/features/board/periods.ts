import { useAddress } from '../../ui/useAddress';

/** Presets of a period, in minutes up to now. */
export const PRESETS = [60, 1_440, 10_080, 43_200, 129_600] as const;
const USUAL = 43_200;

/** The last `minutes`, or from `since` until before `until` (ISO times). */
export interface Period {
  minutes?: number;
  since?: string;
  until?: string;
}

/** The period of the address: a preset, or a time of one's own. */
export function usePeriod(): [Period, (period: Period) => void] {
  const { query: search, set } = useAddress();
  const since = momentOf(search.get('since'));
  const until = momentOf(search.get('until'));
  const minutes = PRESETS.find((one) => String(one) === search.get('minutes')) ?? USUAL;
  const period = since && until ? { since, until } : { minutes };
  const put = ({ minutes: last, since: from, until: to }: Period) => set({ minutes: last?.toString(), since: from, until: to });
  return [period, put];
}

function momentOf(text: string | null): string | undefined {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
