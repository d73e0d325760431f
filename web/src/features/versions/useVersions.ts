import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';

export type Version = Schemas['ProcessVersionView'];
export type Act = 'propose' | 'approve' | 'refuse' | 'activate' | 'withdraw' | 'retire' | 'reinstate';

const MOST = 200;

/** The versions of a process, newest first. */
export function useVersions(key: string) {
  return useQuery({
    queryKey: ['versions', key],
    queryFn: () => answered(api.GET('/api/process-versions', { params: { query: { key, limit: MOST } } })),
  });
}

/** How versions come into use in this installation. */
export function usePolicy() {
  return useQuery({
    queryKey: ['publication-policy'],
    queryFn: () => answered(api.GET('/api/publication-policy')),
    staleTime: Infinity,
  });
}

/** The steps of publishing, and of taking a version out of use. */
export function useAct(key: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ act, version, note }: { act: Act; version: Version; note: string }) => {
      await perform(act, version, note.trim() === '' ? null : note.trim());
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['versions', key] }),
  });
}

async function perform(act: Act, version: Version, text: string | null): Promise<unknown> {
  const path = { deployment_id: version.deployment_id };
  const own = { definition_id: version.id };
  switch (act) {
    case 'propose':
      return answered(api.PUT('/api/deployments/{deployment_id}/proposal', { params: { path }, body: { note: text } }));
    case 'approve':
      return answered(api.PUT('/api/deployments/{deployment_id}/approval', { params: { path }, body: { note: text } }));
    case 'refuse':
      return answered(api.PUT('/api/deployments/{deployment_id}/refusal', { params: { path }, body: { reason: text } }));
    case 'activate':
      return answered(api.PUT('/api/deployments/{deployment_id}/activation', { params: { path } }));
    case 'withdraw':
      return answered(
        api.PUT('/api/deployments/{deployment_id}/withdrawal', { params: { path }, body: { reason: text } }),
      );
    case 'retire':
      return answered(
        api.PUT('/api/process-definitions/{definition_id}/retirement', { params: { path: own }, body: { reason: text } }),
      );
    case 'reinstate':
      return answered(
        api.DELETE('/api/process-definitions/{definition_id}/retirement', {
          params: { path: own, query: text === null ? {} : { reason: text } },
        }),
      );
  }
}

/** What can be done with a version where it stands. The service decides who may; a refusal is shown. */
export function actsOf(version: Version, isFourEyes: boolean): Act[] {
  switch (version.stage) {
    case 'draft':
      return isFourEyes ? ['propose', 'withdraw'] : ['propose', 'activate', 'withdraw'];
    case 'proposed':
      return isFourEyes ? ['approve', 'refuse', 'withdraw'] : ['approve', 'refuse', 'activate', 'withdraw'];
    case 'approved':
      return ['activate', 'withdraw'];
    case 'active':
      return ['retire'];
    case 'retired':
      return ['reinstate'];
    default:
      return [];
  }
}

/** The diagram of a version as it was deployed. */
export function useDiagram(definitionId: string | null) {
  return useQuery({
    queryKey: ['diagram', definitionId],
    enabled: definitionId !== null,
    staleTime: Infinity,
    queryFn: () =>
      answered(
        api.GET('/api/process-definitions/{definition_id}/xml', {
          params: { path: { definition_id: definitionId ?? '' } },
          parseAs: 'text',
        }),
      ),
  });
}
