import { type QueryKey, useInfiniteQuery, type UseInfiniteQueryResult } from '@tanstack/react-query';

/** Asks the service for one page: the first, or the one that a cursor names. */
export type ReadPage<T> = (cursor: string | undefined) => Promise<Page<T>>;

interface Page<T> {
  items: T[];
  next: string | null;
}

/** A list of the service as far as it was read; `items` are those of all pages so far, undefined before the first. */
export interface Pages<T> {
  query: UseInfiniteQueryResult<unknown>;
  items: T[] | undefined;
}

/**
 * Read a list page by page as more is asked for.
 *
 * @param againIn says by what was read so far in how many milliseconds all of it is read anew; without it never.
 */
export function usePages<T>(
  key: QueryKey,
  read: ReadPage<T>,
  againIn?: (items: readonly T[]) => number | false,
): Pages<T> {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: (state) => againIn?.(itemsOf(state.state.data) ?? []) ?? false,
  });
  return { query, items: itemsOf(query.data) };
}

function itemsOf<T>(data: { pages: Page<T>[] } | undefined): T[] | undefined {
  return data?.pages.flatMap((page) => page.items);
}
