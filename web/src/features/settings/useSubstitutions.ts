import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';

export type Substitution = Schemas['SubstitutionView'];

const KEY = ['substitutions'];

/** Who stands in for whom, now and later. */
export function useSubstitutions() {
  const client = useQueryClient();
  const query = useQuery({ queryKey: KEY, queryFn: () => answered(api.GET('/api/substitutions')) });
  const onSuccess = () => client.invalidateQueries({ queryKey: KEY });
  const create = useMutation({
    mutationFn: (body: Schemas['NewSubstitutionBody']) => answered(api.POST('/api/substitutions', { body })),
    onSuccess,
  });
  const end = useMutation({
    mutationFn: (substitution_id: string) =>
      answered(api.DELETE('/api/substitutions/{substitution_id}', { params: { path: { substitution_id } } })),
    onSuccess,
  });
  return { query, create, end };
}
