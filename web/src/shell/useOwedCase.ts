import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import { Problem } from '../api/problems';

/** The case of a refusal that wants to know what the case is opened for. */
export function owedCase(error: unknown): string | null {
  if (!(error instanceof Problem) || error.code !== 'purpose-required') return null;
  const number = error.members.case_number;
  return typeof number === 'string' ? number : null;
}

/** The case on this page that the service shows only to who says what for; whichever part of the page asked. */
export function useOwedCase(): string | null {
  const cache = useQueryClient().getQueryCache();
  const subscribe = useCallback((heard: () => void) => cache.subscribe(heard), [cache]);
  return useSyncExternalStore(subscribe, () => {
    for (const query of cache.getAll()) {
      const number = query.isActive() ? owedCase(query.state.error) : null;
      if (number !== null) return number;
    }
    return null;
  });
}
