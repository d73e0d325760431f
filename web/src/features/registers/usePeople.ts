import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';
import { usePages } from '../../ui/usePages';

export type Person = Schemas['PersonView'];
export type NewPerson = Schemas['NewPerson'];

const KEY = ['people'];
const PAGE = 50;

/** People by user name; more pages as they are asked for. */
export function usePeople(group: string | null) {
  return usePages([...KEY, group], (cursor) =>
    answered(api.GET('/api/people', { params: { query: { limit: PAGE, cursor, group: group ?? undefined } } })),
  );
}

export function useGroups() {
  return useQuery({ queryKey: ['groups'], queryFn: () => answered(api.GET('/api/groups')), staleTime: 300_000 });
}

/** What an administrator does with people. */
export function usePeopleChanges() {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: KEY });
  const create = useMutation({
    mutationFn: (body: NewPerson) => answered(api.POST('/api/people', { body })),
    onSuccess,
  });
  const setGroups = useMutation({
    mutationFn: async ({ person, groups }: { person: Person; groups: string[] }) => {
      const one = (group_id: string) => ({ params: { path: { person_id: person.id, group_id } } });
      const address = '/api/people/{person_id}/groups/{group_id}';
      for (const group of groups.filter((each) => !person.groups.includes(each))) {
        await answered(api.PUT(address, one(group)));
      }
      for (const group of person.groups.filter((each) => !groups.includes(each))) {
        await answered(api.DELETE(address, one(group)));
      }
    },
    onSettled: onSuccess,
  });
  const setPassword = useMutation({
    mutationFn: ({ id, password }: { id: string; password: string }) =>
      answered(
        api.PUT('/api/people/{person_id}/password', { params: { path: { person_id: id } }, body: { password } }),
      ),
  });
  const deactivate = useMutation({
    mutationFn: (id: string) =>
      answered(api.DELETE('/api/people/{person_id}', { params: { path: { person_id: id } } })),
    onSuccess,
  });
  return { create, setGroups, setPassword, deactivate };
}
