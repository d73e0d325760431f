import { useCallback, useEffect, useRef, useState } from 'react';
import { answered, Problem } from '../api/problems';
import { wordsOf } from './problems';
import { service, type TrackedCase, type TrackedFile } from './service';
import { useTexts } from './texts';

const NOT_FOUND = 404;
const EVERY_MS = 60_000;

export type Sending = Promise<{ data?: unknown; error?: unknown; response: Response }>;
export interface CaseState {
  found: TrackedCase | null;
  files: readonly TrackedFile[];
  isUnknown: boolean;
  problem: string | null;
  /** What the last action came to, for everybody to see and hear. */
  said: { text: string; isBad: boolean } | null;
  isBusy: boolean;
  reload: () => Promise<void>;
  /** Do something and read the case anew; whether it worked. */
  act: (send: () => Sending) => Promise<boolean>;
}

/** The case behind a link, read again every minute while somebody looks at it. */
export function useCase(token: string): CaseState {
  const speaker = useTexts();
  const [found, setFound] = useState<TrackedCase | null>(null);
  const [files, setFiles] = useState<readonly TrackedFile[]>([]);
  const [isUnknown, setUnknown] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [said, setSaid] = useState<CaseState['said']>(null);
  const [isBusy, setBusy] = useState(false);
  const words = useRef(speaker);
  useEffect(() => {
    words.current = speaker;
  }, [speaker]);

  const reload = useCallback(async () => {
    const link = { params: { path: { token } } };
    try {
      const [shown, sent] = await Promise.all([
        answered(service.GET('/api/tracking/{token}', link)),
        answered(service.GET('/api/tracking/{token}/attachments', link)),
      ]);
      setFound(shown);
      setFiles(sent.items);
      setProblem(null);
    } catch (error) {
      if (error instanceof Problem && error.status === NOT_FOUND) setUnknown(true);
      else setProblem(wordsOf(error, words.current));
    }
  }, [token]);

  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'visible') void reload();
    };
    look();
    const timer = setInterval(look, EVERY_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [reload]);

  const act = async (send: () => Sending) => {
    if (isBusy) return false;
    setBusy(true);
    setSaid(null);
    try {
      await answered(send());
      setSaid({ text: speaker.t('received'), isBad: false });
      await reload();
      return true;
    } catch (error) {
      setSaid({ text: speaker.t('failed', { reason: wordsOf(error, speaker) }), isBad: true });
      await reload(); // somebody else may have answered
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { found, files, isUnknown, problem, said, isBusy, reload, act };
}
