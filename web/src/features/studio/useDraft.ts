import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useBlocker } from 'react-router';
import { createSaver, type Saver, type SaverState } from './saver';
import { type Draft, readDraft } from './useModels';

/** The draft as it was opened; never read again behind the back of who edits it. */
export function useOpenedDraft(id: string, opening: number) {
  return useQuery({
    queryKey: ['studio', 'opened', id, opening],
    queryFn: () => readDraft(id),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

/** Saving by itself: with each change, before leaving for another page, and a question before the window closes. */
export function useSaver(opened: Draft): SaverState & { saver: Saver } {
  const client = useQueryClient();
  const [saver] = useState(() => createSaver(opened));
  const state = useSyncExternalStore(saver.subscribe, saver.read);
  const isOpen = state.saving !== 'saved';
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ['studio', 'drafts'] });
  }, [client, state.draft.revision]);
  useEffect(() => {
    if (state.problem?.status === 401) void client.invalidateQueries({ queryKey: ['session'] }); // asks to sign in again
  }, [client, state.problem]);
  useEffect(() => {
    if (!isOpen) return;
    const warn = (event: BeforeUnloadEvent) => {
      event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    return () => {
      removeEventListener('beforeunload', warn);
    };
  }, [isOpen]);
  return { ...state, saver };
}

/** Leaving for another page saves first. `isStuck` when that failed: stay, or go and lose what was changed. */
export function useSavedLeaving(saver: Saver): { isStuck: boolean; stay: () => void; leave: () => void } {
  const [isStuck, setStuck] = useState(false);
  const blocker = useBlocker(useCallback(() => saver.read().saving !== 'saved', [saver]));
  useEffect(() => {
    if (blocker.state !== 'blocked') return;
    void saver.flush().then((stored) => {
      if (stored === null) setStuck(true);
      else blocker.proceed();
    });
  }, [blocker, saver]);
  const stay = () => {
    setStuck(false);
    blocker.reset?.();
  };
  const leave = () => {
    setStuck(false);
    blocker.proceed?.();
  };
  return { isStuck, stay, leave };
}
