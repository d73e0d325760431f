import { useCallback, useEffect, useRef, useState } from 'react';
import { Problem } from '../../api/problems';
import type { FormValues } from '../../forms/FormView';
import { commands } from './useTask';

const PAUSE_MS = 800;
const AGAIN_MS = 3_000;

export type DraftState =
  | { kind: 'clean' }
  | { kind: 'unsaved' }
  | { kind: 'saved'; at: string }
  | { kind: 'waiting' }
  | { kind: 'conflict'; mine: FormValues }
  | { kind: 'refused'; problem: Problem; values: FormValues };

/**
 * Keeps what is typed, a moment after the last key: one request at a time, again and again while the service is away,
 * and never over a draft that somebody saved meanwhile.
 */
export function useDraft(taskId: string, firstBase: string | null) {
  const [state, setState] = useState<DraftState>(
    firstBase === null ? { kind: 'clean' } : { kind: 'saved', at: firstBase },
  );
  const base = useRef(firstBase);
  const next = useRef<FormValues | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const running = useRef<Promise<void> | null>(null);
  const isStopped = useRef(false);

  const run = useCallback(async (): Promise<void> => {
    while (next.current !== null && !isStopped.current) {
      const values = next.current;
      next.current = null;
      try {
        const saved = await commands.saveDraft(taskId, values, base.current);
        base.current = saved.saved_at;
        if (next.current === null) setState({ kind: 'saved', at: saved.saved_at });
      } catch (error) {
        next.current ??= values;
        if (isConflict(error)) {
          isStopped.current = true;
          setState({ kind: 'conflict', mine: next.current });
        } else if (error instanceof Problem && !isPassing(error)) {
          isStopped.current = true;
          setState({ kind: 'refused', problem: error, values: next.current });
        } else {
          setState({ kind: 'waiting' });
          await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        }
      }
    }
  }, [taskId]);

  const flush = useCallback((): Promise<void> => {
    clearTimeout(timer.current);
    running.current ??= run().finally(() => {
      running.current = null;
    });
    return running.current;
  }, [run]);

  const keep = useCallback(
    (values: FormValues) => {
      next.current = values;
      if (isStopped.current) {
        setState((before) => (before.kind === 'conflict' ? { kind: 'conflict', mine: values } : before));
        return;
      }
      setState({ kind: 'unsaved' });
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), PAUSE_MS);
    },
    [flush],
  );

  useEffect(() => {
    const leave = () => {
      if (next.current !== null) void flush();
    };
    addEventListener('visibilitychange', leave);
    addEventListener('pagehide', leave);
    return () => {
      removeEventListener('visibilitychange', leave);
      removeEventListener('pagehide', leave);
      leave();
    };
  }, [flush]);

  return {
    state,
    keep,
    /** Before completing: nothing is kept any more, nothing on its way is waited for. */
    stop: () => {
      isStopped.current = true;
      clearTimeout(timer.current);
    },
    /** Go on from the draft of this time; with values, keep those over it. */
    goOn: (from: string | null, values: FormValues | null) => {
      base.current = from;
      next.current = values;
      isStopped.current = false;
      setState(from === null ? { kind: 'clean' } : { kind: 'saved', at: from });
      if (values !== null) void flush();
    },
  };
}

function isConflict(error: unknown): boolean {
  return error instanceof Problem && error.code === 'user-task-draft-changed';
}

function isPassing(problem: Problem): boolean {
  return problem.status === 0 || problem.status === 401 || problem.status === 429 || problem.status >= 500;
}
