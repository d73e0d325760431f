import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { useLiveChanges } from '../../api/live';
import { answered } from '../../api/problems';

/** One case as whoever works on it sees it, kept up to date. That it was looked at is recorded. */
export function useCaseDetail(number: string) {
  const detail = useQuery({
    queryKey: ['cases', number, 'detail'],
    queryFn: () => answered(api.GET('/api/cases/{number}', { params: { path: { number } } })),
  });
  useLiveChanges(() => void detail.refetch());
  return detail;
}
