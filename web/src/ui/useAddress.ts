import { type NavigateOptions, useSearchParams } from 'react-router';

type Values = Readonly<Record<string, string | null | undefined>>;

/**
 * The query of the address, which is the state of a page, and what changes members of it; one that is empty is left out.
 *
 * Changes begin at what the address says now: react-router's own setter begins at what was drawn last, so that the
 * second of two changes in a row took back the first.
 */
export function useAddress() {
  const [query, setQuery] = useSearchParams();
  const set = (values: Values, options?: NavigateOptions) => {
    const next = new URLSearchParams(window.location.search);
    for (const [name, value] of Object.entries(values)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    setQuery(next, options);
  };
  return { query, set, clear: () => setQuery({}) };
}
