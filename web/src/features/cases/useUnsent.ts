import { useState } from 'react';
import { useIdentity } from '../../shell/session';

/** What somebody was writing when he closed what he wrote it beside; for as long as the application is open. */
const unsent = new Map<string, string>();

/** Words that are not sent yet, by whose they are and what they are about; once sent they go, unless written on. */
export function useUnsent(about: string) {
  const key = `${useIdentity().person_id ?? ''} ${about}`;
  const [words, setWords] = useState(() => unsent.get(key) ?? '');
  const write = (now: string) => {
    if (now === '') unsent.delete(key);
    else unsent.set(key, now);
    setWords(now);
  };
  const sent = (text: string) => {
    if (unsent.get(key)?.trim() === text) write('');
  };
  return { words, write, sent };
}
