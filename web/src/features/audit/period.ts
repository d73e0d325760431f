import dayjs from 'dayjs';

/** A period of whole days of the reader's zone, as addresses hold it and as the service takes it. */
export interface Period {
  from: string | null;
  to: string | null;
}

export function periodOf(query: URLSearchParams): Period {
  return { from: query.get('from'), to: query.get('to') };
}

/** The first moment of the period, and the first after it. */
export function momentsOf({ from, to }: Period): { first: string | undefined; after: string | undefined } {
  return {
    first: from ? dayjs(from).startOf('day').toISOString() : undefined,
    after: to ? dayjs(to).add(1, 'day').startOf('day').toISOString() : undefined,
  };
}
