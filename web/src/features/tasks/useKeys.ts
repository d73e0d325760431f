import { useEffect, useRef } from 'react';

const OPEN = ['[role=dialog][aria-modal=true]:not([style*="display: none"])', '.ant-popover:not(.ant-popover-hidden)', '.ant-dropdown:not(.ant-dropdown-hidden)'];

/** Single keys for who works by keyboard; none while somebody types, holds a modifier or has something open over the page. */
export function useKeys(keys: Record<string, () => void>): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      if (document.querySelector(OPEN.join())) return;
      const act = latest.current[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', listen);
    return () => {
      removeEventListener('keydown', listen);
    };
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest('input:not([type=checkbox]), textarea, select, [role=combobox], [role=listbox], [role=menu]') !== null;
}
