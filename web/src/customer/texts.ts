import { useMemo } from 'react';
import { type Language, useLanguage } from '../shell/preferences';
import en from './en.json';
import zh from './zh.json';

/** Reads a text by its path; `{{name}}` is replaced. i18next would cost a third of this page's budget. */
export interface Speaker {
  language: Language;
  t: (path: string, values?: Record<string, string | number>) => string;
  /** The one of two texts that is in the reader's language. */
  pick: (both: { zh: string; en: string }) => string;
  at: (moment: string) => string;
}

export function useTexts(): Speaker {
  const language = useLanguage();
  return useMemo(() => speaker(language), [language]);
}

function speaker(language: Language): Speaker {
  const texts: unknown = language === 'en' ? en : zh;
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  return {
    language,
    t: (path, values = {}) => find(texts, path).replace(/{{(\w+)}}/g, (_, name: string) => String(values[name] ?? '')),
    pick: (both) => (language === 'en' ? both.en : both.zh),
    at: (moment) => format.format(new Date(moment)),
  };
}

function find(texts: unknown, path: string): string {
  let found = texts;
  for (const name of path.split('.')) found = (found as Record<string, unknown> | undefined)?.[name];
  if (typeof found !== 'string') throw new Error(`no text ${path}`);
  return found;
}
