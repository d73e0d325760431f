import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';
import { usePages } from '../../ui/usePages';

export type CaseSample = Schemas['CaseSampleView'];
export type SampledCase = Schemas['SampledCaseView'];
export type NewCaseSample = Schemas['NewCaseSample'];

const SAMPLES = ['case-samples'];
const PAGE = 25;

/** Samples that were drawn, newest first, whoever drew them. */
export function useSamples() {
  return usePages(SAMPLES, (cursor) => answered(api.GET('/api/case-samples', { params: { query: { limit: PAGE, cursor } } })));
}

/** Draw a sample; that is journalled. */
export function useDraw(onDrawn: (sample: CaseSample) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewCaseSample) => answered(api.POST('/api/case-samples', { body })),
    onSuccess: (drawn) => {
      void client.invalidateQueries({ queryKey: SAMPLES });
      onDrawn(drawn);
    },
  });
}

/** One sample with its cases. */
export function useSample(id: string | null) {
  const path = { sample_id: id ?? '' };
  const found = useQuery({
    queryKey: [...SAMPLES, id],
    queryFn: () => answered(api.GET('/api/case-samples/{sample_id}', { params: { path } })),
    enabled: id !== null,
  });
  const cases = useQuery({
    queryKey: [...SAMPLES, id, 'cases'],
    queryFn: async () => (await answered(api.GET('/api/case-samples/{sample_id}/cases', { params: { path } }))).items,
    enabled: id !== null,
  });
  return { found, cases };
}

/** Draw it again and compare. */
export function useRepetition(id: string) {
  return useMutation({
    mutationFn: () => answered(api.GET('/api/case-samples/{sample_id}/repetition', { params: { path: { sample_id: id } } })),
  });
}

/** Tick a case as looked at, or take the tick away; what was chosen shows at once. */
export function useCheck(id: string) {
  const client = useQueryClient();
  const check = useMutation({
    mutationFn: ({ number, isChecked }: { number: string; isChecked: boolean }) => {
      const options = { params: { path: { sample_id: id, number } } };
      const address = '/api/case-samples/{sample_id}/cases/{number}/check' as const;
      return answered(isChecked ? api.PUT(address, { ...options, body: {} }) : api.DELETE(address, options));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: SAMPLES }),
  });
  const chosen = check.isPending ? check.variables : undefined;
  return {
    error: check.error,
    set: (number: string, isChecked: boolean) => check.mutate({ number, isChecked }),
    isChecked: (one: SampledCase) => (chosen?.number === one.case_number ? chosen.isChecked : one.checked_at !== null),
  };
}
