import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';

export type Export = Schemas['ExportView'];
export type NewExport = Schemas['NewExport'];
export type Kind = Export['kind'];

const EXPORTS = ['exports'];
const PAGE = 25;
const AGAIN_MS = 2_000;

/** Exports made in the background, newest first, again and again until each is done. */
export function useExports() {
  return useInfiniteQuery({
    queryKey: EXPORTS,
    queryFn: ({ pageParam }) =>
      answered(api.GET('/api/exports', { params: { query: { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    refetchInterval: (query) =>
      query.state.data?.pages.some((page) => page.items.some((one) => one.state === 'running')) ? AGAIN_MS : false,
  });
}

/** Have one made; who asked and what for is journalled. */
export function useNewExport(onRequested: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewExport) => answered(api.POST('/api/exports', { body })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: EXPORTS });
      onRequested();
    },
  });
}
