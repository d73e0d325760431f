import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { answered, Problem } from '../../api/problems';

const GONE = 404;

/** One task; it follows what others do to it. */
export function useTask(id: string) {
  return useQuery({
    queryKey: ['tasks', 'one', id],
    queryFn: () => answered(api.GET('/api/user-tasks/{user_task_id}', { params: { path: { user_task_id: id } } })),
  });
}

/** The form of a task with its values, read once: what is typed is not to change under the hand. `null`: it has none. */
export function useTaskForm(id: string) {
  return useQuery({
    queryKey: ['tasks', 'form', id],
    queryFn: () => readForm(id),
    staleTime: Infinity,
    gcTime: 0,
  });
}

export async function readForm(id: string): Promise<Schemas['UserTaskFormView'] | null> {
  try {
    return await answered(api.GET('/api/user-tasks/{user_task_id}/form', { params: { path: { user_task_id: id } } }));
  } catch (error) {
    if (error instanceof Problem && error.status === GONE && error.code === 'form-not-found') return null;
    throw error;
  }
}

/** Something done to one task, after which it and the lists are read anew. */
export function useTaskCommand<Body, Answer>(run: (body: Body) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['tasks'], predicate: (query) => query.queryKey[1] !== 'form' });
    },
  });
}

const path = (id: string) => ({ path: { user_task_id: id } });

/** What can be done to a task, one request each. */
export const commands = {
  claim: (id: string) => answered(api.PUT('/api/user-tasks/{user_task_id}/claim', { params: path(id) })),
  release: (id: string, reason?: string) =>
    answered(
      api.DELETE('/api/user-tasks/{user_task_id}/claim', { params: { ...path(id), query: reason ? { reason } : {} } }),
    ),
  giveBack: (id: string) => answered(api.DELETE('/api/user-tasks/{user_task_id}/delegation', { params: path(id) })),
  delegate: (id: string, body: Schemas['Delegation']) =>
    answered(api.PUT('/api/user-tasks/{user_task_id}/delegation', { params: path(id), body })),
  handOver: (id: string, body: Schemas['HandoverBody']) =>
    answered(api.POST('/api/user-tasks/{user_task_id}/handover', { params: path(id), body })),
  escalate: (id: string, body: Schemas['EscalationBody']) =>
    answered(api.POST('/api/user-tasks/{user_task_id}/escalation', { params: path(id), body })),
  change: (id: string, body: Schemas['UserTaskPatch']) =>
    answered(api.PATCH('/api/user-tasks/{user_task_id}', { params: path(id), body })),
  complete: (id: string, variables: Record<string, unknown>, key: string) =>
    answered(
      api.POST('/api/user-tasks/{user_task_id}/completion', {
        params: path(id),
        body: { variables },
        headers: { 'Idempotency-Key': key },
      }),
    ),
  saveDraft: (id: string, variables: Record<string, unknown>, basedOn: string | null) =>
    answered(
      api.PUT('/api/user-tasks/{user_task_id}/draft', { params: path(id), body: { variables, based_on: basedOn } }),
    ),
};
