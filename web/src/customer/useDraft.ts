import { useEffect, useState } from 'react';

/** Values that survive a reload of this tab and nothing more; where a browser keeps nothing, they last as long as the page. */
export function useDraft<T extends object>(name: string, empty: T): [T, (change: Partial<T>) => void, () => void] {
  const key = `opsflow.draft.${name}`;
  const [values, setValues] = useState<T>(() => ({ ...empty, ...kept(key) }));
  useEffect(() => {
    keep(key, values);
  }, [key, values]);
  const change = (changed: Partial<T>) => {
    setValues((before) => ({ ...before, ...changed }));
  };
  const clear = () => {
    setValues(empty);
  };
  return [values, change, clear];
}

function keep(key: string, values: object): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(values));
  } catch {
    // Full or switched off: the form must work all the same.
  }
}

function kept(key: string): object {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(key) ?? '{}');
    return typeof found === 'object' && found !== null ? found : {};
  } catch {
    return {};
  }
}
