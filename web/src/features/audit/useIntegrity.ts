import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client';
import { answered } from '../../api/problems';
import { save } from './saving';

/** Replay an instance against its journal. Done once when the page opens, and when asked. */
export function useVerdict(instanceId: string) {
  return useQuery({
    queryKey: ['verification', instanceId],
    queryFn: () =>
      answered(
        api.GET('/api/process-instances/{instance_id}/verification', { params: { path: { instance_id: instanceId } } }),
      ),
    staleTime: Infinity,
  });
}

/** Every event of a case held against the newest signed root over the whole journal; of no case, nothing. */
export function useSeal(number: string | null) {
  return useQuery({
    queryKey: ['seal', number],
    queryFn: () => answered(api.GET('/api/journal/cases/{case_number}/seal', { params: { path: { case_number: number ?? '' } } })),
    enabled: number !== null,
    staleTime: Infinity,
  });
}

/** Have a checkpoint signed now; what was proven before is asked for again. */
export function useNewCheckpoint() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => answered(api.POST('/api/journal/checkpoints', { body: {} })),
    onSuccess: () => Promise.all([client.invalidateQueries({ queryKey: ['seal'] }), client.invalidateQueries({ queryKey: ['proof'] })]),
  });
}

/** Take a case away as one zip, with what for. */
export function useCaseExport(number: string) {
  return useMutation({
    mutationFn: async ({ purpose, language }: { purpose: string; language: 'zh-CN' | 'en' }) => {
      const body = { case_number: number, purpose, language };
      const content = await answered<unknown>(api.POST('/api/exports/cases', { body, parseAs: 'blob' }));
      save(content as Blob, `${number}.zip`);
    },
  });
}
