import type { KeyboardEvent } from 'react';

/** For pickers in forms: Enter takes what was typed, and does not send the form around it half filled in. */
export const ENTER_TAKES = {
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'Enter') event.preventDefault();
  },
};
