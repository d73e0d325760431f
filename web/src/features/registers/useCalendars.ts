import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';

export type Calendar = Schemas['CalendarView'];
export type Day = Schemas['ExceptionBody'] & { day: string };

const KEY = ['calendars'];

export function useCalendars() {
  return useQuery({ queryKey: KEY, queryFn: () => answered(api.GET('/api/calendars')) });
}

/** Calendars whose public holidays are known only up to some year. */
export function useCalendarWarnings() {
  return useQuery({ queryKey: [...KEY, 'warnings'], queryFn: () => answered(api.GET('/api/calendars/warnings')) });
}

/** Changes of calendars that promises still follow, one by one. */
export function useCalendarMoves() {
  return useQuery({
    queryKey: [...KEY, 'moves'],
    queryFn: () => answered(api.GET('/api/calendars/moves')),
    refetchInterval: (query) => (query.state.data?.items.length ? 2_000 : false),
  });
}

/** Change a calendar's week, or single days of it; each with a reason. */
export function useReviseCalendar(key: string) {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: KEY });
  const week = useMutation({
    mutationFn: (body: Schemas['CalendarBody']) =>
      answered(api.PUT('/api/calendars/{key}', { params: { path: { key } }, body })),
    onSuccess,
  });
  const setDay = useMutation({
    mutationFn: ({ day, ...body }: Day) =>
      answered(api.PUT('/api/calendars/{key}/exceptions/{day}', { params: { path: { key, day } }, body })),
    onSuccess,
  });
  const removeDay = useMutation({
    mutationFn: ({ day, reason }: { day: string; reason: string }) =>
      answered(
        api.DELETE('/api/calendars/{key}/exceptions/{day}', { params: { path: { key, day }, query: { reason } } }),
      ),
    onSuccess,
  });
  return { week, setDay, removeDay };
}
