import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client';
import { answered } from '../../api/problems';
import type { Incident } from './useBoard';

const MOST_TRIES = 20;

/** The incidents of one element of one instance, open and over, newest first. */
export function useAttempts({ id, process_instance_id, element_id }: Incident) {
  return useQuery({
    queryKey: ['board', 'attempts', process_instance_id, element_id, id],
    queryFn: async () => {
      const [open, over] = await Promise.all([true, false].map((is_open) => read(process_instance_id, element_id, is_open)));
      return [...(open ?? []), ...(over ?? [])];
    },
  });
}

export function useVariables(instanceId: string, enabled: boolean) {
  return useQuery({
    enabled,
    queryKey: ['board', 'variables', instanceId],
    queryFn: () =>
      answered(api.GET('/api/process-instances/{instance_id}/variables', { params: { path: { instance_id: instanceId } } })),
  });
}

interface Correction {
  incident: Incident;
  /** The variable to set before; none when the data stay as they are. */
  name?: string;
  value?: unknown;
  reason?: string;
}

/** Correct a value, try again, and look whether it failed once more: the answer is the incident that this made. */
export function useCorrectedRetry() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ incident, name, value, reason }: Correction): Promise<Incident | null> => {
      const path = { instance_id: incident.process_instance_id };
      if (name) {
        const body = { variables: { [name]: value }, reason: reason ?? null };
        await answered(api.PATCH('/api/process-instances/{instance_id}/variables', { params: { path }, body }));
      }
      await answered(api.POST('/api/incidents/{incident_id}/retry', { params: { path: { incident_id: incident.id } } }));
      const [again] = await read(incident.process_instance_id, incident.element_id, true);
      return again ?? null;
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['board'] }),
  });
}

async function read(instanceId: string, elementId: string, isOpen: boolean): Promise<Incident[]> {
  const params = { path: { instance_id: instanceId }, query: { element_id: elementId, is_open: isOpen, limit: MOST_TRIES } };
  return (await answered(api.GET('/api/process-instances/{instance_id}/incidents', { params }))).items;
}
