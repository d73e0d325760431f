import { type Box, CELL, cellOf, middle, type Placed, type Point, wayBetween } from './grid';
import { lanesOf, type Rows, rowsOf } from './lanes';
import type { Moddle } from './panel/moddle';

export interface Reader {
  fromXML: (text: string) => Promise<{ rootElement: Moddle }>;
  toXML: (root: Moddle) => Promise<{ xml: string }>;
  create: (type: string, members: Record<string, unknown>) => Moddle;
}

export type Layout = (xml: string) => Promise<string>;

const HEADER = 30;
const GAP = 60;
const BLACK_BOX = 60;
const LEAST_WIDTH = 600;

interface Pool {
  participant: Moddle;
  process: Moddle | undefined;
  box: Box;
  rows: Rows | null;
  elements: ReadonlyMap<string, Placed>;
}

export const list = (from: Moddle, name: string): Moddle[] => (from.get(name) as Moddle[] | undefined) ?? [];
export const idOf = (element: Moddle): string => String(element.get('id'));
/** Those that a drawing can be about: it names them by their ids. */
const named = (from: Moddle, name: string) => list(from, name).filter((each) => each.get('id') !== undefined);
const one = (from: Moddle, name: string) => from.get(name) as Moddle | undefined;

/** The collaboration of a file, when one of its pools holds a process. */
export function collaborationOf(definitions: Moddle): Moddle | undefined {
  return list(definitions, 'rootElements').find(
    (each) => each.$type === 'bpmn:Collaboration' && each.get('id') !== undefined && named(each, 'participants').some((pool) => one(pool, 'processRef')),
  );
}

/**
 * The file with its pools and lanes drawn: each process is laid out for itself by the library, then its rows are shared out
 * among its lanes, and the pools stand below each other.
 */
export async function withPools(moddle: Reader, xml: string, layout: Layout): Promise<string> {
  const { rootElement } = await moddle.fromXML(xml);
  const collaboration = collaborationOf(rootElement);
  if (!collaboration) return xml;
  const pools: Pool[] = [];
  const inner: Moddle[] = [];
  for (const participant of named(collaboration, 'participants')) {
    const above = pools.at(-1)?.box;
    const top = above ? above.y + above.height + GAP : 0;
    const referred = one(participant, 'processRef');
    const process = pools.some((each) => each.process === referred) ? undefined : referred; // two may mean the same one
    const laid = process ? await laidOutAlone(moddle, xml, idOf(process), layout) : new Map<string, Moddle>();
    pools.push(poolOf(participant, process, boxesIn(laid), top));
    if (process) inner.push(...insideOf(moddle, process, laid));
  }
  const width = Math.max(LEAST_WIDTH, ...pools.map((each) => each.box.width));
  for (const pool of pools) pool.box.width = width;
  const drawn = [...pools.flatMap((pool) => drawnPool(moddle, pool)), ...messageFlows(moddle, collaboration, pools)];
  const plane = moddle.create('bpmndi:BPMNPlane', { id: 'plane_of_pools', bpmnElement: collaboration, planeElement: drawn });
  const diagram = moddle.create('bpmndi:BPMNDiagram', { id: 'diagram_of_pools', plane });
  rootElement.set('diagrams', [diagram, ...inner]);
  return (await moddle.toXML(rootElement)).xml;
}

/** What the library drew of one process and all inside of it, by element. */
async function laidOutAlone(moddle: Reader, xml: string, id: string, layout: Layout): Promise<Map<string, Moddle>> {
  const { rootElement } = await moddle.fromXML(xml);
  const others = new Set(['bpmn:Collaboration', 'bpmn:Process']);
  const kept = list(rootElement, 'rootElements').filter((each) => !others.has(each.$type) || idOf(each) === id);
  rootElement.set('rootElements', kept);
  const laid = await moddle.fromXML(await layout((await moddle.toXML(rootElement)).xml));
  const planes = list(laid.rootElement, 'diagrams').map((each) => one(each, 'plane'));
  const drawn = planes.flatMap((plane) => (plane ? list(plane, 'planeElement') : []));
  return new Map(drawn.flatMap((di) => ((element) => (element ? [[idOf(element), di]] : []))(one(di, 'bpmnElement'))));
}

function boxesIn(laid: ReadonlyMap<string, Moddle>): Map<string, Box> {
  const found = new Map<string, Box>();
  for (const [id, di] of laid) {
    const bounds = di.get('bounds') as Box | undefined;
    if (bounds) found.set(id, { x: bounds.x, y: bounds.y, width: bounds.width, height: bounds.height });
  }
  return found;
}

function poolOf(participant: Moddle, process: Moddle | undefined, boxes: ReadonlyMap<string, Box>, top: number): Pool {
  if (!process) return { participant, process, box: { x: 0, y: top, width: 0, height: BLACK_BOX }, rows: null, elements: new Map() };
  const nodes = named(process, 'flowElements').filter((each) => boxes.has(idOf(each)));
  const hostOf = (node: Moddle) => one(node, 'attachedToRef');
  const cells = new Map(nodes.flatMap((each) => (hostOf(each) ? [] : [[idOf(each), cellOf(boxes.get(idOf(each)) as Box)]])));
  const rows = rowsOf(lanesOf(process), cells);
  const left = HEADER * (1 + rows.depth);
  const elements = new Map<string, Placed>();
  for (const node of nodes) {
    const [id, box, host] = [idOf(node), boxes.get(idOf(node)) as Box, hostOf(node)];
    const cell = cells.get(host ? idOf(host) : id);
    if (!cell) continue;
    const row = rows.of(host ? idOf(host) : id);
    const moved = { ...box, x: box.x + left, y: box.y + top + (row - cell.row) * CELL.height };
    elements.set(id, { box: moved, col: cell.col, row, isOnBorder: host !== undefined });
  }
  const columns = 1 + Math.max(0, ...[...cells.values()].map((each) => each.col));
  return { participant, process, box: { x: 0, y: top, width: left + columns * CELL.width, height: rows.count * CELL.height }, rows, elements };
}

function drawnPool(moddle: Reader, { participant, process, box, rows, elements }: Pool): Moddle[] {
  const drawn = [shape(moddle, participant, box, { isHorizontal: true })];
  if (!process || !rows) return drawn;
  for (const { lane, depth, first, count } of rows.lanes) {
    if (lane.get('id') === undefined) continue;
    const x = HEADER * (1 + depth);
    const place = { x, y: box.y + first * CELL.height, width: box.width - x, height: count * CELL.height };
    drawn.push(shape(moddle, lane, place, { isHorizontal: true }));
  }
  const origin = { x: HEADER * (1 + rows.depth), y: box.y };
  const taken = new Set([...elements.values()].map(({ row, col }) => `${String(row)} ${String(col)}`));
  const isFree = (row: number, col: number) => !taken.has(`${String(row)} ${String(col)}`);
  const flows: Moddle[] = [];
  for (const each of named(process, 'flowElements')) {
    const placed = elements.get(idOf(each));
    if (placed) drawn.push(shape(moddle, each, placed.box, each.$type === 'bpmn:ExclusiveGateway' ? { isMarkerVisible: true } : {}));
    const [from, to] = [endOf(each, 'sourceRef', elements), endOf(each, 'targetRef', elements)];
    if (from && to) flows.push(edge(moddle, each, wayBetween(from, to, origin, isFree)));
  }
  return [...drawn, ...flows];
}

function endOf(flow: Moddle, name: string, elements: ReadonlyMap<string, Placed>): Placed | undefined {
  const end = flow.$type === 'bpmn:SequenceFlow' ? one(flow, name) : undefined;
  return end && elements.get(idOf(end));
}

/** From pool to pool through the gap beside the first; an end at a pool stands where the other end does. */
function messageFlows(moddle: Reader, collaboration: Moddle, pools: readonly Pool[]): Moddle[] {
  const placeOf = (end: Moddle | undefined) => {
    for (const pool of pools) {
      if (end === pool.participant) return { pool, box: null };
      const found = end && pool.elements.get(idOf(end));
      if (found) return { pool, box: found.box };
    }
    return undefined;
  };
  return named(collaboration, 'messageFlows').flatMap((flow) => {
    const [from, to] = [placeOf(one(flow, 'sourceRef')), placeOf(one(flow, 'targetRef'))];
    if (!from || !to || from.pool === to.pool) return [];
    const isDown = from.pool.box.y < to.pool.box.y;
    const x = middle(from.box ?? to.box ?? from.pool.box).x;
    const start = { x, y: edgeOf(from.box ?? from.pool.box, isDown) };
    const end = { x: to.box ? middle(to.box).x : x, y: edgeOf(to.box ?? to.pool.box, !isDown) };
    const gap = edgeOf(from.pool.box, isDown) + ((isDown ? 1 : -1) * GAP) / 2;
    return [edge(moddle, flow, start.x === end.x ? [start, end] : [start, { x: start.x, y: gap }, { x: end.x, y: gap }, end])];
  });
}

const edgeOf = ({ y, height }: Box, isLower: boolean) => (isLower ? y + height : y);

/** Each sub-process as a diagram of its own, as the library drew it: in its pool it is closed. */
function insideOf(moddle: Reader, scope: Moddle, laid: ReadonlyMap<string, Moddle>): Moddle[] {
  return named(scope, 'flowElements').flatMap((each) => {
    const elements = named(each, 'flowElements');
    if (elements.length === 0) return [];
    const drawn = elements.flatMap((element) => {
      const di = laid.get(idOf(element));
      const bounds = di?.get('bounds') as Box | undefined;
      if (!di) return [];
      return [bounds ? shape(moddle, element, bounds) : edge(moddle, element, di.get('waypoint') as Point[])];
    });
    const id = idOf(each);
    const plane = moddle.create('bpmndi:BPMNPlane', { id: `${id}_plane`, bpmnElement: each, planeElement: drawn });
    return [moddle.create('bpmndi:BPMNDiagram', { id: `${id}_diagram`, plane }), ...insideOf(moddle, each, laid)];
  });
}

function shape(moddle: Reader, bpmnElement: Moddle, { x, y, width, height }: Box, more: Record<string, unknown> = {}): Moddle {
  const bounds = moddle.create('dc:Bounds', { x, y, width, height });
  return moddle.create('bpmndi:BPMNShape', { id: `${idOf(bpmnElement)}_di`, bpmnElement, bounds, ...more });
}

function edge(moddle: Reader, bpmnElement: Moddle, points: readonly Point[]): Moddle {
  const waypoint = points.map(({ x, y }) => moddle.create('dc:Point', { x, y }));
  return moddle.create('bpmndi:BPMNEdge', { id: `${idOf(bpmnElement)}_di`, bpmnElement, waypoint });
}
