import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { answered } from '../../api/problems';

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

/** The newest signed root over the whole journal, if there is one. */
export function useCheckpoint() {
  return useQuery({
    queryKey: ['checkpoints', 'newest'],
    queryFn: async () => (await answered(api.GET('/api/journal/checkpoints', { params: { query: { limit: 1 } } }))).items[0] ?? null,
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

function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
