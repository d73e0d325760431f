import { useSyncExternalStore } from 'react';

const KEY = 'opsflow.audit.purpose';
const listeners = new Set<() => void>();

/** What the reader looks at cases for, as he said it in this tab; each look is journalled with it. */
export function usePurpose(): string | null {
  return useSyncExternalStore(listen, () => sessionStorage.getItem(KEY));
}

export function sayPurpose(purpose: string): void {
  if (purpose === '') sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, purpose);
  for (const heard of listeners) heard();
}

function listen(heard: () => void): () => void {
  listeners.add(heard);
  return () => listeners.delete(heard);
}
