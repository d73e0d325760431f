import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { answered } from '../../api/problems';
import { useProcesses } from '../../ui/names';
import { useAddress } from '../../ui/useAddress';
import { type Measure, MEASURES } from './heat';
import { type Period, usePeriod } from './periods';

const MOST_VERSIONS = 200;

export interface Chosen {
  process: string | undefined;
  version: number | undefined;
  measure: Measure;
  isWorking: boolean;
  element: string | null;
}

/** What the address asks for; the first process when it names none. */
export function useChosen() {
  const { query: search, set: put } = useAddress();
  const [period, setPeriod] = usePeriod();
  const processes = useProcesses();
  const version = Number(search.get('version'));
  const chosen: Chosen = {
    process: search.get('process') ?? processes.find((one) => one.key === 'service_request')?.key ?? processes[0]?.key,
    version: Number.isSafeInteger(version) && version > 0 ? version : undefined,
    measure: MEASURES.find((one) => one === search.get('measure')) ?? 'p90',
    isWorking: search.get('time') === 'working',
    element: search.get('element'),
  };
  return { chosen, period, processes, put, setPeriod };
}

export function useHeat({ process, version, isWorking }: Chosen, period: Period) {
  return useQuery({
    queryKey: ['board', 'heat', process, version, isWorking, period],
    queryFn: () =>
      answered(
        api.GET('/api/heatmaps/{key}', {
          params: { path: { key: process ?? '' }, query: { ...period, version, time: isWorking ? 'working' : 'clock' } },
        }),
      ),
    enabled: process !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

/** The diagram of one version. */
export function useDrawing(definitionId: string | undefined) {
  return useQuery({
    queryKey: ['diagram', definitionId],
    queryFn: () => {
      const path = { definition_id: definitionId ?? '' };
      return answered(api.GET('/api/process-definitions/{definition_id}/xml', { params: { path }, parseAs: 'text' }));
    },
    enabled: definitionId !== undefined,
    staleTime: Infinity,
  });
}

/** Versions of a process that were in use, the newest first. */
export function useVersionNumbers(key: string | undefined): number[] {
  const { data } = useQuery({
    queryKey: ['board', 'versions', key],
    queryFn: () => answered(api.GET('/api/process-versions', { params: { query: { key: key ?? '', limit: MOST_VERSIONS } } })),
    enabled: key !== undefined,
    staleTime: 60_000,
  });
  return (data?.items ?? []).filter((one) => one.stage === 'active' || one.stage === 'retired').map((one) => one.version);
}
