import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { useLiveChanges } from '../../api/live';
import { answered } from '../../api/problems';
import { type Pages, type ReadPage, usePages } from '../../ui/usePages';

export type Task = Schemas['ListedTaskView'];
export type ListedPromise = Schemas['ListedPromiseView'];
export type Escalation = Schemas['RegisteredEscalationView'];
export type Incident = Schemas['IncidentView'];
export type Workload = Schemas['WorkloadView'];

const BOARD = ['board'];
const EVERY_MS = 60_000;
const LEAST_MS = 3_000;
const PAGE = 50;

export interface TaskFilter {
  due: 'overdue' | 'today' | 'week' | 'none' | null;
  group: string | null;
  assignee: string | null;
  process: string | null;
  element: string | null;
  stage: Stage | null;
}

export const STAGES = ['intake', 'assignment', 'execution', 'confirmation', 'survey', 'archive'] as const;
export type Stage = (typeof STAGES)[number];

/** Read what is shown anew when something changed; what only time changes, once a minute. */
export function useLiveBoard() {
  const client = useQueryClient();
  useLiveChanges(() => void client.invalidateQueries({ queryKey: [...BOARD, 'now'] }), LEAST_MS);
}

/** The numbers on top; they follow what happens. */
export function useOverview() {
  return useQuery({
    queryKey: [...BOARD, 'now', 'overview'],
    queryFn: () => answered(api.GET('/api/overview')),
    refetchInterval: EVERY_MS,
  });
}

/** Open work by group and person. */
export function useWorkloads() {
  return useQuery({
    queryKey: [...BOARD, 'now', 'load'],
    queryFn: async () =>
      (await answered(api.GET('/api/user-tasks/counts', { params: { query: { scope: 'all' } } }))).items,
    refetchInterval: EVERY_MS,
  });
}

/** Open cases by stage. */
export function useStageLoads() {
  return useQuery({
    queryKey: [...BOARD, 'now', 'stages'],
    queryFn: async () => (await answered(api.GET('/api/overview/stages'))).items,
    refetchInterval: EVERY_MS,
  });
}

export function useTasks(filter: TaskFilter): Pages<Task> {
  return useList(['tasks', filter], (cursor) =>
    answered(api.GET('/api/user-tasks', { params: { query: { scope: 'all', limit: PAGE, cursor, ...said(filter) } } })),
  );
}

export function usePromises(state: 'at_risk' | 'broken'): Pages<ListedPromise> {
  return useList(['promises', state], (cursor) =>
    answered(api.GET('/api/promises', { params: { query: { state, limit: PAGE, cursor } } })),
  );
}

export function useEscalations(): Pages<Escalation> {
  return useList(['escalations'], (cursor) =>
    answered(api.GET('/api/escalations', { params: { query: { limit: PAGE, cursor } } })),
  );
}

export function useIncidents(): Pages<Incident> {
  return useList(['incidents'], (cursor) =>
    answered(api.GET('/api/incidents', { params: { query: { limit: PAGE, cursor } } })),
  );
}

/** A list of the board; read anew when something changed, and once a minute. */
function useList<T>(key: readonly unknown[], read: ReadPage<T>): Pages<T> {
  return usePages([...BOARD, 'now', ...key], read, () => EVERY_MS);
}

function said(filter: TaskFilter) {
  return {
    due: filter.due ?? undefined,
    group: filter.group ?? undefined,
    assignee: filter.assignee ?? undefined,
    definition_key: filter.process ?? undefined,
    element_id: filter.element ?? undefined,
    case_stage: filter.stage ?? undefined,
  };
}
