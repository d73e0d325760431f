import { useEffect, useEffectEvent } from 'react';

export type Pace = 'event' | 'time';

/** How long the whole of a life takes when it is played by its own times. */
export const WHOLE_MS = 60_000;
const TICK_MS = 200;
const PER_STEP_MS = 1_000;
const TYPED_INTO = 'input, textarea, select, [contenteditable], [role=combobox], [role=dialog], [role=menu]';

interface Moves {
  step: (by: number) => void;
  first: () => void;
  last: () => void;
  toggle: () => void;
}

/** Go on by itself while it plays: an event a second, or a share of the whole time a tick. */
export function usePlayback(isPlaying: boolean, pace: Pace, speed: number, onStep: () => void, onTime: (share: number) => void) {
  const tick = useEffectEvent(() => {
    if (pace === 'event') onStep();
    else onTime((TICK_MS * speed) / WHOLE_MS);
  });
  useEffect(() => {
    if (!isPlaying) return;
    const timer = setInterval(tick, pace === 'event' ? PER_STEP_MS / speed : TICK_MS);
    return () => clearInterval(timer);
  }, [isPlaying, pace, speed]);
}

/** Space plays and stops, arrows step, Home and End go to the ends: anywhere on the page but where one types. */
export function useReplayKeys(moves: Moves) {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    const target = event.target instanceof Element ? event.target : null;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target?.closest(TYPED_INTO)) return;
    if (event.key === ' ' && target?.closest('button, a, [role=tab], summary')) return;
    const move = moveOf(event.key, moves);
    if (!move || (event.key !== ' ' && target?.closest('[role=slider], [role=tab], [role=radio]'))) return;
    event.preventDefault();
    move();
  });
  useEffect(() => {
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}

function moveOf(key: string, moves: Moves): (() => void) | undefined {
  switch (key) {
    case ' ':
      return moves.toggle;
    case 'ArrowRight':
    case 'ArrowDown':
      return () => moves.step(1);
    case 'ArrowLeft':
    case 'ArrowUp':
      return () => moves.step(-1);
    case 'Home':
      return moves.first;
    case 'End':
      return moves.last;
    default:
      return undefined;
  }
}
