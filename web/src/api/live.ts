import { useEffect, useRef } from 'react';

const ADDRESS = '/api/events';
const TABS = 'opsflow.live';
const POLL_MS = 30_000;
const listeners = new Set<() => void>();
let isStarted = false;

/**
 * Call `onChange` when something of the reader's may have changed; with `leastMs`, no oftener than that, the last time
 * always.
 *
 * One tab of the browser holds the stream and tells the others; without a stream it is every half minute instead.
 */
export function useLiveChanges(onChange: () => void, leastMs = 0): void {
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  useEffect(() => {
    let calledAt = -Infinity;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const call = () => {
      waiting = undefined;
      calledAt = performance.now();
      latest.current();
    };
    const listener = () => {
      if (waiting === undefined) waiting = setTimeout(call, Math.max(0, calledAt + leastMs - performance.now()));
    };
    listeners.add(listener);
    start();
    return () => {
      clearTimeout(waiting);
      listeners.delete(listener);
    };
  }, [leastMs]);
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
