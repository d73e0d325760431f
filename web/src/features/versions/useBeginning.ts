import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client';
import { answered } from '../../api/problems';
import type { Values } from './JsonField';
import type { TrialSettings } from './TrialFields';
import type { Version } from './useVersions';

interface Begun {
  definitionId: string;
  startEvent: string | null;
  businessKey: string | null;
  variables: Values;
}

/** The form of a start event, if it has one. */
export function useStartForm(definitionId: string, startEvent: string | null) {
  return useQuery({
    queryKey: ['start-form', definitionId, startEvent],
    staleTime: Infinity,
    queryFn: () =>
      answered(
        api.GET('/api/process-definitions/{definition_id}/start-form', {
          params: { path: { definition_id: definitionId }, query: startEvent === null ? {} : { start_event: startEvent } },
        }),
      ),
  });
}

/** Begin an instance in earnest. The plain start needs no name. */
export function useStart(version: Version) {
  const client = useQueryClient();
  const plain = version.starts.find((each) => each.kind === 'none')?.element_id;
  return useMutation({
    mutationFn: (begun: Begun) =>
      answered(
        api.POST('/api/process-instances', {
          body: {
            definition_id: begun.definitionId,
            definition_key: null,
            start_event: begun.startEvent === plain ? null : begun.startEvent,
            business_key: begun.businessKey,
            variables: begun.variables,
          },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['versions'] }),
  });
}

/** Begin a sandbox. */
export function useTry() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (begun: Begun & TrialSettings) =>
      answered(
        api.POST('/api/sandboxes', {
          body: {
            definition_id: begun.definitionId,
            start_event: begun.startEvent,
            business_key: begun.businessKey,
            variables: begun.variables,
            facts: begun.facts,
            is_automatic: begun.isAutomatic,
            begins_at: begun.beginsAt,
          },
        }),
      ),
    onSuccess: async (made) => {
      client.setQueryData(['sandbox', made.id], made);
      await client.invalidateQueries({ queryKey: ['sandboxes'] });
    },
  });
}
