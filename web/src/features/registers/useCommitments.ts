import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';

export type Commitment = Schemas['CommitmentView'];

const KEY = ['commitments'];

/** The promised times in force. */
export function useCommitments() {
  return useQuery({ queryKey: KEY, queryFn: () => answered(api.GET('/api/commitments')) });
}

/** Every version of one: who, when, why. */
export function useVersions(key: string) {
  return useQuery({
    queryKey: [...KEY, key],
    queryFn: () => answered(api.GET('/api/commitments/{key}/versions', { params: { path: { key } } })),
  });
}

export function useReviseCommitment(key: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['CommitmentPatch']) =>
      answered(api.PATCH('/api/commitments/{key}', { params: { path: { key } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}
