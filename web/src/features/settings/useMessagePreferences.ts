import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';
import { useIdentity } from '../../shell/session';

export type Preference = Schemas['PreferenceView'];
export type Language = Schemas['NewLanguage']['language'];
export type Way = Schemas['PreferenceBody']['ways'][number];
export type Choice = Schemas['PreferenceBody'] & { language: Language };

/** By which ways, when, and in which language the person is told. */
export function useMessagePreferences() {
  const { person_id } = useIdentity();
  const client = useQueryClient();
  const params = { path: { person_id } };
  const address = '/api/people/{person_id}/notification-preference';
  const query = useQuery({
    queryKey: ['notification-preference', person_id],
    queryFn: () => answered(api.GET(address, { params })),
  });
  const save = useMutation({
    mutationFn: async ({ language, ...body }: Choice) => {
      await answered(api.PUT('/api/people/{person_id}/language', { params, body: { language } }));
      return answered(api.PUT(address, { params, body }));
    },
    onSuccess: async (saved) => {
      client.setQueryData(['notification-preference', person_id], saved);
      await client.invalidateQueries({ queryKey: ['session'] });
    },
  });
  return { query, save };
}
