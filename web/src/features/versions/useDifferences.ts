import { useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';

export type Differences = Schemas['DifferencesView'];

/** What changes from one version to another; deployed versions never change, so neither does this. */
export function useDifferences(from: string | null, to: string | null) {
  return useQuery({
    queryKey: ['differences', from, to],
    enabled: from !== null && to !== null,
    staleTime: Infinity,
    queryFn: () =>
      answered(
        api.GET('/api/process-definitions/{definition_id}/differences', {
          params: { path: { definition_id: from ?? '' }, query: { with: to ?? '' } },
        }),
      ),
  });
}
