import { useEffect, useRef } from 'react';

const ADDRESS = '/api/events';
const TABS = 'opsflow.live';
const POLL_MS = 30_000;
const listeners = new Set<() => void>();
let isStarted = false;

/**
 * Call `onChange` when something of the reader's may have changed.
 *
 * One tab of the browser holds the stream and tells the others; without a stream it is every half minute instead.
 */
export function useLiveChanges(onChange: () => void): void {
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  useEffect(() => {
    const listener = () => latest.current();
    listeners.add(listener);
    start();
    return () => {
      listeners.delete(listener);
    };
  }, []);
}

function start(): void {
  if (isStarted) return;
  isStarted = true;
  const channel = new BroadcastChannel(TABS);
  channel.onmessage = tellListeners;
  const lead = () => {
    listen(() => {
      tellListeners();
      channel.postMessage('changed');
    });
  };
  if ('locks' in navigator) {
    // Held until this tab goes: then the next one leads.
    void navigator.locks.request(TABS, () => new Promise<never>(lead));
  } else {
    lead();
  }
}

function listen(tell: () => void): void {
  const source = new EventSource(ADDRESS);
  const again = () => {
    source.close();
    setTimeout(() => {
      tell();
      listen(tell);
    }, POLL_MS);
  };
  source.addEventListener('changed', tell);
  source.addEventListener('signed-out', () => {
    tell();
    again();
  });
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) again(); // refused: too many streams, or nobody signed in
  };
}

function tellListeners(): void {
  for (const listener of listeners) listener();
}
