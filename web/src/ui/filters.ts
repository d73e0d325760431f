import { useSearchParams } from 'react-router';

/** The filters of a list, which the address holds: an empty value takes one away. */
export function useFilters() {
  const [query, setQuery] = useSearchParams();
  const set = (values: Record<string, string | undefined>) => {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(values)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    setQuery(next);
  };
  return { query, set, clear: () => setQuery({}) };
}
