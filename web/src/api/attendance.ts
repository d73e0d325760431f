const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'];
const AWAY_AFTER_MS = 60_000;
let lastSignAt = Date.now();

for (const sign of SIGNS) {
  addEventListener(
    sign,
    () => {
      lastSignAt = Date.now();
    },
    { capture: true, passive: true },
  );
}

/** Whether nobody has touched this page for a minute: what it asks for then does not keep the session from ending. */
export function isUnattended(): boolean {
  return Date.now() - lastSignAt > AWAY_AFTER_MS;
}
