import { useQueries } from '@tanstack/react-query';
import { api } from '../../api/client';
import { answered } from '../../api/problems';

/** Names of definitions by id, as far as they are known yet. */
export function useDefinitions(ids: readonly string[]): ReadonlyMap<string, string> {
  const found = useQueries({
    queries: ids.map((id) => ({
      queryKey: ['definition', id],
      staleTime: Infinity,
      queryFn: () =>
        answered(
          api.GET('/api/process-definitions/{definition_id}', { params: { path: { definition_id: id } } }),
        ),
    })),
  });
  return new Map(found.flatMap((each) => (each.data ? [[each.data.id, each.data.name ?? each.data.key] as const] : [])));
}
