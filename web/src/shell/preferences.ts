import { useSyncExternalStore } from 'react';

export type Language = 'zh-CN' | 'en';
export type ThemeChoice = 'light' | 'dark' | 'system';

const LANGUAGE = 'opsflow.language';
const THEME = 'opsflow.theme';
const listeners = new Set<() => void>();
const prefersDark = matchMedia('(prefers-color-scheme: dark)');

/** What this browser remembers; its own wishes are followed until somebody chooses. */
export function readLanguage(): Language {
  const kept = localStorage.getItem(LANGUAGE);
  if (kept === 'zh-CN' || kept === 'en') return kept;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

export function readThemeChoice(): ThemeChoice {
  const kept = localStorage.getItem(THEME);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(LANGUAGE, language);
  tellListeners();
}

export function chooseTheme(theme: ThemeChoice): void {
  if (theme === 'system') localStorage.removeItem(THEME);
  else localStorage.setItem(THEME, theme);
  tellListeners();
}

export function useLanguage(): Language {
  return useSyncExternalStore(listen, readLanguage);
}

export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(listen, readThemeChoice);
}

export function useIsDark(): boolean {
  return useSyncExternalStore(listen, isDark);
}

function isDark(): boolean {
  const choice = readThemeChoice();
  return choice === 'system' ? prefersDark.matches : choice === 'dark';
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  prefersDark.addEventListener('change', listener);
  addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    prefersDark.removeEventListener('change', listener);
    removeEventListener('storage', listener);
  };
}

function tellListeners(): void {
  for (const listener of listeners) listener();
}
