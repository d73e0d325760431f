import { useSyncExternalStore } from 'react';

const wide = matchMedia('(width >= 900px)');

/** Whether there is room for the sidebar; below it is a phone's layout. Same limit as in `shell.css`. */
export function useIsWide(): boolean {
  return useSyncExternalStore(listen, () => wide.matches);
}

function listen(listener: () => void): () => void {
  wide.addEventListener('change', listener);
  return () => wide.removeEventListener('change', listener);
}
