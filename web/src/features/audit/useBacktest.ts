import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';
import { useInLanguage } from '../../ui/inLanguage';
import { usePages } from '../../ui/usePages';

export type Backtest = Schemas['BacktestView'];
export type Report = Schemas['ReportView'];
export type Verdict = Report['elements'][number]['verdict'];

/** Which cases: those behind a figure of the report. */
export interface Behind {
  verdict?: Verdict;
  element_id?: string;
  decision?: string;
  deadline?: string;
}

const AGAIN_MS = 2_000;
const PAGE = 25;

/** A back-test, again and again until it is done, and its report so far. */
export function useBacktest(id: string) {
  const path = { backtest_id: id };
  const found = useQuery({
    queryKey: ['backtests', id],
    queryFn: () => answered(api.GET('/api/backtests/{backtest_id}', { params: { path } })),
    refetchInterval: (query) => (query.state.data?.state === 'running' ? AGAIN_MS : false),
  });
  const report = useQuery({
    queryKey: ['backtests', id, 'report', found.data?.tried],
    queryFn: () => answered(api.GET('/api/backtests/{backtest_id}/report', { params: { path } })),
    enabled: found.data !== undefined,
    placeholderData: keepPreviousData,
  });
  return { found, report };
}

/** Back-tests, newest first. */
export function useBacktests() {
  return usePages(['backtests', 'list'], (cursor) =>
    answered(api.GET('/api/backtests', { params: { query: { limit: PAGE, cursor } } })),
  );
}

/** Accept or reject what a version changes; that is journalled. */
export function useReview(id: string, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ act, note }: { act: 'acceptance' | 'rejection'; note: string | null }) => {
      const params = { path: { backtest_id: id } };
      return answered(
        act === 'acceptance'
          ? api.PUT('/api/backtests/{backtest_id}/acceptance', { params, body: { note } })
          : api.PUT('/api/backtests/{backtest_id}/rejection', { params, body: { reason: note } }),
      );
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['backtests'] });
      onDone();
    },
  });
}

/** What a version is called, with its number. */
export function useVersion(definitionId: string): string | undefined {
  const said = useInLanguage();
  const { data } = useQuery({
    queryKey: ['process-definitions', definitionId],
    queryFn: () => answered(api.GET('/api/process-definitions/{definition_id}', { params: { path: { definition_id: definitionId } } })),
    staleTime: Infinity,
  });
  return data && `${said(data.name) || data.key} v${String(data.version)}`;
}

/** The version whose diagram the report's elements are named by: the tried one, where it has this process. */
export function useTriedVersion(backtest: Backtest | undefined) {
  return useQuery({
    queryKey: ['backtests', backtest?.id, 'version'],
    queryFn: async () => {
      const { definition_id = '', deployment_id = null } = backtest ?? {};
      const own = await answered(api.GET('/api/process-definitions/{definition_id}', { params: { path: { definition_id } } }));
      if (deployment_id === null) return own;
      const tried = await answered(
        api.GET('/api/process-definitions', { params: { query: { deployment_id, key: own.key, limit: 1 } } }),
      );
      return tried.items[0] ?? own;
    },
    enabled: backtest !== undefined,
    staleTime: Infinity,
  });
}

/** The cases behind a figure, a page at a time. */
export function useCasesBehind(id: string, behind: Behind) {
  return usePages(['backtests', id, 'cases', behind], (cursor) =>
    answered(
      api.GET('/api/backtests/{backtest_id}/cases', {
        params: { path: { backtest_id: id }, query: { ...behind, limit: PAGE, cursor } },
      }),
    ),
  );
}
