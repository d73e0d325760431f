import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';

export type Operation = Schemas['BulkOperationView'];

const BOARD = ['board'];
const OFTEN_MS = 800;
const MOST_FAILED = 100;

/** Ask for one command on many objects; a worker does it, each on its own. */
export function useBulk() {
  return useMutation({
    mutationFn: (body: Schemas['NewBulkOperation']) => answered(api.POST('/api/bulk-operations', { body })),
  });
}

/** How far an operation is, asked until it is over; then the lists are read anew. */
export function useOperation(begun: Operation) {
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: ['bulk', begun.id],
    queryFn: () =>
      answered(api.GET('/api/bulk-operations/{operation_id}', { params: { path: { operation_id: begun.id } } })),
    refetchInterval: (query) => (query.state.data && query.state.data.state !== 'running' ? false : OFTEN_MS),
  });
  const operation = data ?? begun;
  const isOver = operation.state !== 'running';
  useEffect(() => {
    if (isOver) void client.invalidateQueries({ queryKey: BOARD });
  }, [client, isOver]);
  const failed = useQuery({
    queryKey: ['bulk', begun.id, 'failed'],
    queryFn: () =>
      answered(
        api.GET('/api/bulk-operations/{operation_id}/items', {
          params: { path: { operation_id: begun.id }, query: { state: 'failed', limit: MOST_FAILED } },
        }),
      ),
    enabled: isOver && operation.failed > 0,
  });
  return { operation, isOver, failed: failed.data?.items ?? [] };
}

/** Say that what parked was done by hand. */
export function useResolution() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string } & Schemas['Resolution']) =>
      answered(api.POST('/api/incidents/{incident_id}/resolution', { params: { path: { incident_id: id } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: BOARD }),
  });
}

/** Promise a later time. */
export function useExtension({ case_number, commitment, object }: { case_number: string; commitment: string; object: string }) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { new_due_at: string; notice: string; reason: string }) =>
      answered(
        api.PATCH('/api/cases/{number}/deadlines', {
          params: { path: { number: case_number } },
          body: { action: 'extend', commitment, object, ...body },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: BOARD }),
  });
}
