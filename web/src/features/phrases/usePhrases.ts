import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';

export type Phrase = Schemas['PhraseView'];
export type PhraseBody = Schemas['PhraseBody'];

const KEY = ['phrases'];

/** One's own phrases, then those of one's groups. */
export function usePhrases() {
  return useQuery({ queryKey: KEY, queryFn: () => answered(api.GET('/api/phrases')), staleTime: 60_000 });
}

/** Keep a new phrase, or say the one with this id otherwise. */
export function useKeepPhrase(id: string | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: PhraseBody) =>
      id === null
        ? answered(api.POST('/api/phrases', { body }))
        : answered(api.PUT('/api/phrases/{phrase_id}', { params: { path: { phrase_id: id } }, body })),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export function useDeletePhrase() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => answered(api.DELETE('/api/phrases/{phrase_id}', { params: { path: { phrase_id: id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}
