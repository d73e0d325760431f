import { useEffect, useState } from 'react';

/** Values that survive a reload of this tab and nothing more. */
export function useDraft<T extends object>(name: string, empty: T): [T, (change: Partial<T>) => void, () => void] {
  const key = `opsflow.draft.${name}`;
  const [values, setValues] = useState<T>(() => ({ ...empty, ...kept(key) }));
  useEffect(() => {
    sessionStorage.setItem(key, JSON.stringify(values));
  }, [key, values]);
  const change = (changed: Partial<T>) => {
    setValues((before) => ({ ...before, ...changed }));
  };
  const clear = () => {
    setValues(empty);
  };
  return [values, change, clear];
}

function kept(key: string): object {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(key) ?? '{}');
    return typeof found === 'object' && found !== null ? found : {};
  } catch {
    return {};
  }
}
