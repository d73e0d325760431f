import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';
import { usePages } from '../../ui/usePages';

export type Export = Schemas['ExportView'];
export type NewExport = Schemas['NewExport'];
export type Kind = Export['kind'];

const EXPORTS = ['exports'];
const PAGE = 25;
const AGAIN_MS = 2_000;

/** Exports made in the background, newest first, again and again until each is done. */
export function useExports() {
  return usePages(
    EXPORTS,
    (cursor) => answered(api.GET('/api/exports', { params: { query: { limit: PAGE, cursor } } })),
    (items) => (items.some((one) => one.state === 'running') ? AGAIN_MS : false),
  );
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
