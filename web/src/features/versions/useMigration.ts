import { useMutation, useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';

export type MappedElement = Schemas['MappedElementView'];
export type Prospect = Schemas['ProspectView'];
export type Mapping = Record<string, string>;

const MOST = 200;
const OFTEN_MS = 1_000;

/** Which element would take over which; of a version to itself: every element that tokens can rest at. */
export function usePlan(from: string | null, to: string | null) {
  return useQuery({
    queryKey: ['migration-plan', from, to],
    enabled: from !== null && to !== null,
    staleTime: Infinity,
    queryFn: () =>
      answered(
        api.POST('/api/process-definitions/{definition_id}/migrations/plan', {
          params: { path: { definition_id: from ?? '' } },
          body: { target_definition_id: to ?? '' },
        }),
      ),
  });
}

export interface Wanted {
  from: string;
  to: string;
  mapping: Mapping;
  updatesTimers: boolean;
}

/** What would happen to each running instance; nothing does. */
export function usePreview(wanted: Wanted | null) {
  return useQuery({
    queryKey: ['migration-preview', wanted],
    enabled: wanted !== null,
    queryFn: () =>
      answered(
        api.POST('/api/process-definitions/{definition_id}/migrations/preview', {
          params: { path: { definition_id: wanted?.from ?? '' }, query: { limit: MOST } },
          body: {
            target_definition_id: wanted?.to ?? '',
            mapping: wanted?.mapping ?? {},
            updates_timers: wanted?.updatesTimers ?? false,
          },
        }),
      ),
  });
}

/** Have these instances moved, each on its own, as a job. */
export function useMigrate() {
  return useMutation({
    mutationFn: ({ ids, reason, wanted }: { ids: string[]; reason: string; wanted: Wanted }) =>
      answered(
        api.POST('/api/bulk-operations', {
          body: {
            kind: 'process_instance.migrate',
            ids,
            parameters: {
              target_definition_id: wanted.to,
              mapping: wanted.mapping,
              updates_timers: wanted.updatesTimers,
            },
            reason,
          },
        }),
      ),
  });
}

/** How far a bulk operation is, asked again until it has ended. */
export function useOperation(operationId: string | null) {
  return useQuery({
    queryKey: ['bulk-operation', operationId],
    enabled: operationId !== null,
    refetchInterval: (query) => (query.state.data?.ended_at ? false : OFTEN_MS),
    queryFn: () =>
      answered(
        api.GET('/api/bulk-operations/{operation_id}', { params: { path: { operation_id: operationId ?? '' } } }),
      ),
  });
}

/** What failed of it, and why. */
export function useFailures(operationId: string | null, isEnded: boolean) {
  return useQuery({
    queryKey: ['bulk-operation-failures', operationId],
    enabled: operationId !== null && isEnded,
    queryFn: () =>
      answered(
        api.GET('/api/bulk-operations/{operation_id}/items', {
          params: { path: { operation_id: operationId ?? '' }, query: { state: 'failed', limit: MOST } },
        }),
      ),
  });
}
