import type { Moddle } from './panel/moddle';

/** A lane, how deep it lies in others, and those that lie in it. */
export interface Lane {
  lane: Moddle;
  depth: number;
  inner: readonly Lane[];
}

/** Which rows of a pool belong to which lane, and in which row an element stands. */
export interface Rows {
  count: number;
  /** How many lanes lie in each other at most. */
  depth: number;
  lanes: readonly { lane: Moddle; depth: number; first: number; count: number }[];
  of: (elementId: string) => number;
}

/** The lanes of a process or, by their inner sets, of a lane. */
export function lanesOf(process: Moddle): Lane[] {
  const sets = (process.get('laneSets') as Moddle[] | undefined) ?? [];
  return sets.flatMap((set) => inSet(set, 0));
}

function inSet(set: Moddle | undefined, depth: number): Lane[] {
  const lanes = (set?.get('lanes') as Moddle[] | undefined) ?? [];
  return lanes.map((lane) => ({ lane, depth, inner: inSet(lane.get('childLaneSet') as Moddle | undefined, depth + 1) }));
}

/**
 * Share rows out among lanes: each innermost lane gets the rows that its elements stand in, close together, and one when it
 * has none. What no lane names stands in the first.
 */
export function rowsOf(lanes: readonly Lane[], cells: ReadonlyMap<string, { row: number }>): Rows {
  const laneOf = ownersOf(lanes);
  const fallback = innermost(lanes)[0];
  const rows = new Map<string, number>();
  const placed: { lane: Moddle; depth: number; first: number; count: number }[] = [];
  let count = 0;
  const share = (lane: Lane | undefined) => {
    const own = [...cells].filter(([id]) => (laneOf.get(id) ?? fallback) === lane);
    const used = [...new Set(own.map(([, cell]) => cell.row))].sort((a, b) => a - b);
    for (const [id, cell] of own) rows.set(id, count + used.indexOf(cell.row));
    count += Math.max(1, used.length);
  };
  const walk = (lane: Lane) => {
    const [first, place] = [count, placed.length];
    if (lane.inner.length > 0) lane.inner.forEach(walk);
    else share(lane);
    placed.splice(place, 0, { lane: lane.lane, depth: lane.depth, first, count: count - first });
  };
  if (lanes.length > 0) lanes.forEach(walk);
  else share(undefined);
  const depth = placed.reduce((most, each) => Math.max(most, each.depth + 1), 0);
  return { count, depth, lanes: placed, of: (id) => rows.get(id) ?? 0 };
}

/** The innermost lane of each element; one that only an outer lane names is in the first of its inner ones. */
function ownersOf(lanes: readonly Lane[]): Map<string, Lane> {
  const owners = new Map<string, Lane>();
  for (const each of lanes) {
    const first = innermost([each])[0] ?? each;
    for (const node of (each.lane.get('flowNodeRef') as Moddle[] | undefined) ?? []) owners.set(String(node.get('id')), first);
    for (const [id, lane] of ownersOf(each.inner)) owners.set(id, lane);
  }
  return owners;
}

function innermost(lanes: readonly Lane[]): Lane[] {
  return lanes.flatMap((each) => (each.inner.length > 0 ? innermost(each.inner) : [each]));
}
