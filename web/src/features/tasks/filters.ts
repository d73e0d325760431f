import type { Schemas } from '../../api/client';

/** The filters of the list; in the address, in a saved view and in the request they have the same names. */
type Said = Schemas['TaskViewFilter'];
export type Filters = { [Name in keyof Said]?: NonNullable<Said[Name]> };
export type Scope = NonNullable<Said['scope']>;
export type Task = Schemas['ListedTaskView'];

export const STAGES = ['intake', 'assignment', 'execution', 'confirmation', 'survey', 'archive'] as const;
export const PRIORITIES = ['P1', 'P2', 'P3', 'P4'] as const;
export const DUES = ['overdue', 'today', 'week', 'none'] as const;
const SCOPES = ['mine', 'candidate', 'substitute', 'delegated', 'all', 'abandoned'] as const;
const TEXTS = ['group', 'definition_key', 'customer_id', 'text'] as const;
const MOST_TEXT = 200;

/** Read what an address asks for; what it says wrongly is left out. */
export function filtersOf(query: URLSearchParams): Filters {
  const found: Filters = { scope: oneOf(SCOPES, query.get('scope')) };
  for (const name of TEXTS) {
    const value = query.get(name)?.slice(0, MOST_TEXT);
    if (value) found[name] = value;
  }
  found.case_stage = oneOf(STAGES, query.get('case_stage'));
  found.case_priority = oneOf(PRIORITIES, query.get('case_priority'));
  found.due = oneOf(DUES, query.get('due'));
  const priority = Number(query.get('min_priority'));
  if (Number.isInteger(priority) && priority > 0) found.min_priority = priority;
  return filtersIn(found);
}

/** The filters that a saved view holds. */
export function filtersIn(said: Partial<Said>): Filters {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined && value !== null)) as Filters;
}

/** The filters as a view is saved with. */
export function savedAs(filters: Filters): Said {
  const none = { case_priority: null, case_stage: null, customer_id: null, definition_key: null, due: null };
  return { ...none, group: null, min_priority: null, text: null, scope: 'mine', ...filters };
}

/** The address of these filters. */
export function queryOf(filters: Filters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) {
    if (value === undefined || value === '' || (name === 'scope' && value === 'mine')) continue;
    query.set(name, String(value));
  }
  const said = query.toString();
  return said === '' ? '' : `?${said}`;
}

/** How many filters are set besides whose tasks they are. */
export function countFilters(filters: Filters): number {
  return Object.entries(filters).filter(([name, value]) => name !== 'scope' && value !== undefined).length;
}

function oneOf<T extends string>(known: readonly T[], value: string | null): T | undefined {
  return known.find((one) => one === value);
}
