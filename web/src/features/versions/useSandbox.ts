import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';
import { usePages } from '../../ui/usePages';
import type { Values } from './JsonField';

const PAGE = 50;

export type Sandbox = Schemas['SandboxView'];
export type SandboxTask = Schemas['SandboxTaskView'];
export type SandboxMove = Schemas['SandboxMoveView'];
export type Question = Schemas['QuestionView'];
export type Outcome = 'value' | 'error' | 'failure';

/** What who tries a version out does. */
export type Move =
  | { kind: 'complete'; taskId: string; variables: Values; playedAs: string | null }
  | { kind: 'event'; taskId: string; variables: Values }
  | { kind: 'external'; taskId: string; variables: Values; errorCode: string | null }
  | {
      kind: 'answer';
      taskId: string;
      outcome: Outcome;
      value: unknown;
      code: string;
      message: string;
      isRemembered: boolean;
    }
  | { kind: 'retry'; taskId: string }
  | { kind: 'variables'; variables: Values }
  | { kind: 'clock'; until: string | null }
  | { kind: 'undo' };

/** Where a sandbox stands. Nobody else moves it. */
export function useSandbox(sandboxId: string) {
  return useQuery({
    queryKey: ['sandbox', sandboxId],
    queryFn: () => answered(api.GET('/api/sandboxes/{sandbox_id}', { params: { path: { sandbox_id: sandboxId } } })),
  });
}

/** What happened, the latest step first. */
export function useTrace(sandboxId: string) {
  return usePages(['sandbox-steps', sandboxId], (cursor) =>
    answered(
      api.GET('/api/sandboxes/{sandbox_id}/steps', {
        params: { path: { sandbox_id: sandboxId }, query: { limit: PAGE, cursor } },
      }),
    ),
  );
}

/** The form of an open task. */
export function useSandboxForm(sandboxId: string, task: SandboxTask, step: number) {
  return useQuery({
    queryKey: ['sandbox-form', sandboxId, step, task.task_id],
    enabled: task.form_ref !== null,
    staleTime: Infinity,
    queryFn: () =>
      answered(
        api.GET('/api/sandboxes/{sandbox_id}/user-tasks/{task_id}/form', {
          params: { path: { sandbox_id: sandboxId, task_id: task.task_id } },
        }),
      ),
  });
}

/** Make a move; the answer is where the sandbox stands then. */
export function useMove(sandboxId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (move: Move) => answered(make(sandboxId, move)),
    onSuccess: async (sandbox) => {
      client.setQueryData(['sandbox', sandboxId], sandbox);
      await client.invalidateQueries({ queryKey: ['sandbox-steps', sandboxId] });
    },
  });
}

/** Throw a sandbox away. */
export function useDiscard(sandboxId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      answered(api.DELETE('/api/sandboxes/{sandbox_id}', { params: { path: { sandbox_id: sandboxId } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['sandboxes'] }),
  });
}

function make(sandboxId: string, move: Move) {
  const params = { path: { sandbox_id: sandboxId } };
  switch (move.kind) {
    case 'complete': {
      const body = { task_id: move.taskId, variables: move.variables, played_as: move.playedAs };
      return api.POST('/api/sandboxes/{sandbox_id}/completions', { params, body });
    }
    case 'event':
      return api.POST('/api/sandboxes/{sandbox_id}/events', {
        params,
        body: { task_id: move.taskId, variables: move.variables },
      });
    case 'external': {
      const body = { task_id: move.taskId, variables: move.variables, error_code: move.errorCode };
      return api.POST('/api/sandboxes/{sandbox_id}/external-tasks', { params, body });
    }
    case 'answer': {
      const { outcome, value, code, message } = move;
      const body = { task_id: move.taskId, outcome, value, code, message, is_remembered: move.isRemembered };
      return api.POST('/api/sandboxes/{sandbox_id}/answers', { params, body });
    }
    case 'retry':
      return api.POST('/api/sandboxes/{sandbox_id}/retries', { params, body: { task_id: move.taskId } });
    case 'variables':
      return api.PUT('/api/sandboxes/{sandbox_id}/variables', { params, body: { variables: move.variables } });
    case 'clock':
      return api.PUT('/api/sandboxes/{sandbox_id}/clock', { params, body: { until: move.until } });
    case 'undo':
      return api.DELETE('/api/sandboxes/{sandbox_id}/steps/last', { params });
  }
}
