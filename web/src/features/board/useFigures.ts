import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';
import type { Period } from './periods';

export type Figure = Schemas['KpiView'];

export function useFigures(period: Period) {
  return useQuery({
    queryKey: ['board', 'figures', period],
    queryFn: () => answered(api.GET('/api/kpis', { params: { query: { ...period } } })),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

/** The cases that count against a figure, or took longest. */
export function useFigureCases(name: Figure['name'], period: Period) {
  return useQuery({
    queryKey: ['board', 'figures', period, name],
    queryFn: () => answered(api.GET('/api/kpis/cases', { params: { query: { ...period, name } } })),
  });
}
