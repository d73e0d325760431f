import { api } from '../../api/client';
import { answered, Problem } from '../../api/problems';
import type { Draft } from './useModels';

/** `waiting`: changed and not yet sent; `late`: somebody else saved it since; `failed`: tried again shortly. */
export type Saving = 'saved' | 'waiting' | 'saving' | 'late' | 'failed';
export type Serialize = () => Promise<string>;

export interface SaverState {
  draft: Draft;
  saving: Saving;
  problem: Problem | null;
}

export interface Saver {
  /** Something changed; `serialize` gives the content at the time of saving. */
  changed: (serialize: Serialize) => void;
  /** Save what is not saved; the draft as it is stored then, or null when it could not be. */
  flush: () => Promise<Draft | null>;
  /** What is not saved, or null. */
  content: () => Promise<string | null>;
  /** Give up what is not saved. */
  abandon: () => void;
  read: () => SaverState;
  subscribe: (listener: () => void) => () => void;
}

const LATE = new Set([404, 409]);
const PASSING = new Set([0, 401, 429]);
const QUIET_MS = 800;
const AGAIN_MS = 4_000;

/** Saves a while after the last change, one request at a time, each over the revision that the one before made. */
export function createSaver(opened: Draft): Saver {
  let state: SaverState = { draft: opened, saving: 'saved', problem: null };
  let pending: Serialize | null = null;
  let running: Promise<void> | null = null;
  let timer = 0;
  const listeners = new Set<() => void>();

  const tell = (next: Partial<SaverState>) => {
    state = { ...state, ...next };
    for (const listener of listeners) listener();
  };
  const later = (delay: number) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void run(), delay);
  };
  const run = () => {
    running ??= send().finally(() => {
      running = null;
    });
    return running;
  };
  const send = async () => {
    while (pending !== null && state.saving !== 'late') {
      const serialize = pending;
      pending = null;
      tell({ saving: 'saving' });
      try {
        const draft = await put(state.draft, await serialize());
        tell({ draft, saving: pending === null ? 'saved' : 'waiting', problem: null });
      } catch (error) {
        pending ??= serialize;
        const problem = error instanceof Problem ? error : null;
        const isLate = problem !== null && LATE.has(problem.status);
        tell({ saving: isLate ? 'late' : 'failed', problem });
        if (problem === null || mayPass(problem)) later(AGAIN_MS);
        return;
      }
    }
  };
  return {
    changed: (serialize) => {
      pending = serialize;
      if (state.saving === 'late') return;
      if (running === null) tell({ saving: 'waiting' });
      later(QUIET_MS);
    },
    flush: async () => {
      clearTimeout(timer);
      await running;
      await run();
      return pending === null ? state.draft : null;
    },
    content: async () => (pending === null ? null : pending()),
    abandon: () => {
      clearTimeout(timer);
      pending = null;
      tell({ saving: 'saved', problem: null });
    },
    read: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Whether the same request may succeed later: nobody answered, the service is away, or the session has ended. */
export function mayPass(problem: Problem): boolean {
  return PASSING.has(problem.status) || problem.status >= 500;
}

function put(draft: Draft, content: string): Promise<Draft> {
  const path = { draft_id: draft.id };
  return answered(
    api.PUT('/api/drafts/{draft_id}/content', { params: { path }, body: { revision: draft.revision, content } }),
  );
}
