import { keepPreviousData, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';

export type Step = Schemas['ReplayStepView'];
export type State = Schemas['ReplayView'];
export type ElementInstance = Schemas['ElementInstanceView'];
export type Instance = Schemas['ProgressView'];

const PAGE = 50;
const MOST = 200;
const LONG_MS = 300_000;

interface Paged<T> {
  items: T[];
  next: string | null;
}

/**
 * A case with its process instances, oldest first. That it was opened is journalled, with what for.
 *
 * `purpose` is undefined until it is known: then nothing is opened yet.
 */
export function useCase(number: string, purpose: string | null | undefined) {
  const found = useQuery({
    queryKey: ['cases', number, 'audited', purpose],
    queryFn: () =>
      answered(api.GET('/api/cases/{number}', { params: { path: { number }, query: purpose ? { purpose } : {} } })),
    enabled: purpose !== undefined,
    placeholderData: (before) => (before?.number === number ? before : undefined),
    staleTime: LONG_MS,
  });
  const ids = found.data?.process_instances ?? [];
  const instances = useQueries({
    queries: ids.map((id) => ({
      queryKey: ['instances', id, 'one'],
      queryFn: () => answered(api.GET('/api/process-instances/{instance_id}', { params: { path: { instance_id: id } } })),
      staleTime: LONG_MS,
    })),
    combine: (all) => all.flatMap((one) => (one.data ? [one.data] : [])),
  });
  return { found, instances };
}

/** Everything worth a stop in an instance's life, and every element it reached. */
export function useSteps(instanceId: string) {
  const path = { instance_id: instanceId };
  const steps = useQuery({
    queryKey: ['replay', instanceId, 'steps'],
    queryFn: () =>
      whole<Step>((page) =>
        answered(api.GET('/api/process-instances/{instance_id}/replay/steps', { params: { path, query: page } })),
      ),
    staleTime: LONG_MS,
  });
  const elements = useQuery({
    queryKey: ['replay', instanceId, 'elements'],
    queryFn: async () =>
      (await answered(api.GET('/api/process-instances/{instance_id}/history', { params: { path } }))).items,
    staleTime: LONG_MS,
  });
  return { steps, elements };
}

/** What there was at a step. States come by the page, and the next page before it is needed. */
export function useMoment(instanceId: string, steps: readonly Step[], index: number) {
  const client = useQueryClient();
  const page = Math.floor(index / PAGE);
  const first = steps[page * PAGE]?.seq;
  const following = steps[(page + 1) * PAGE]?.seq;
  const query = useQuery({
    ...statesFrom(instanceId, first ?? 1),
    enabled: first !== undefined,
    placeholderData: keepPreviousData,
  });
  useEffect(() => {
    if (following !== undefined && index % PAGE > PAGE / 2) void client.prefetchQuery(statesFrom(instanceId, following));
  }, [client, instanceId, following, index]);
  const wanted = steps[index]?.seq;
  const bySeq = useMemo(() => new Map(query.data?.items.map((state) => [state.event.seq, state])), [query.data]);
  return { query, state: bySeq.get(wanted) };
}

/** The deployed diagram. */
export function useDiagram(definitionId: string | undefined) {
  return useQuery({
    queryKey: ['diagram', definitionId],
    queryFn: async () => {
      const path = { definition_id: definitionId ?? '' };
      return String(await answered(api.GET('/api/process-definitions/{definition_id}/xml', { params: { path }, parseAs: 'text' })));
    },
    enabled: definitionId !== undefined,
    staleTime: Infinity,
  });
}

function statesFrom(instanceId: string, seq: number) {
  return {
    queryKey: ['replay', instanceId, 'states', seq],
    queryFn: () =>
      answered(
        api.GET('/api/process-instances/{instance_id}/replay/states', {
          params: { path: { instance_id: instanceId }, query: { from_seq: seq, limit: PAGE } },
        }),
      ),
    staleTime: LONG_MS,
  };
}

/** All pages of a list, one after the other. */
async function whole<T>(read: (page: { limit: number; cursor?: string }) => Promise<Paged<T>>): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Paged<T> = await read({ limit: MOST, ...(cursor ? { cursor } : {}) });
    found.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return found;
}
