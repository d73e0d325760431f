import type { Mark } from '../../bpmn/Diagram';
import type { TokenState } from '../../bpmn/TokenDiagram';
import type { ElementInstance, State, Step } from './useReplay';

/** A process that is drawn: the instance's own, or one that a call activity called. */
export interface Frame {
  /** The call activity's element instance; `null` for the instance's own process. */
  taskId: string | null;
  definitionId: string;
}

type Token = State['tokens'][number];
type Elements = ReadonlyMap<string, ElementInstance>;

const CALL = 'callActivity';
/** Live for what happens inside of them, or for what may still happen: no place where work stands. */
const STANDS_FOR_OTHERS = new Set(['subProcess', 'transaction', 'adHocSubProcess', 'multiInstanceBody', 'startEvent', 'boundaryEvent']);

/** Whether work stands there: not a listener, and not what only holds others. */
export function isWork(token: Token): boolean {
  return !STANDS_FOR_OTHERS.has(token.element_type);
}

/** The id that the diagram knows: bodies of multi-instances share their activity's. */
export function drawnId(elementId: string): string {
  return elementId.split('#')[0] ?? elementId;
}

/** The element instance that a step is about. */
export function placeOf(step: Step, elements: Elements): { taskId: string | null; elementId: string | null } {
  const known = step.task_id === null ? undefined : elements.get(step.task_id);
  const elementId = step.element_id ?? known?.element_id ?? null;
  return { taskId: step.task_id, elementId: elementId === null ? null : drawnId(elementId) };
}

/** The call activity inside of which an element instance lives; `null` at the top. */
export function callOf(taskId: string, elements: Elements): string | null {
  let scope = elements.get(taskId)?.scope_id ?? null;
  while (scope !== null && elements.get(scope)?.element_type !== CALL) scope = elements.get(scope)?.scope_id ?? null;
  return scope;
}

/** Which version each call ran, as far as its tokens were seen. */
export function framesOf(states: readonly State[], elements: Elements): Map<string | null, Frame> {
  const found = new Map<string | null, Frame>();
  for (const state of states) {
    for (const token of state.tokens) {
      const taskId = callOf(token.task_id, elements);
      if (!found.has(taskId)) found.set(taskId, { taskId, definitionId: token.definition_id });
    }
  }
  return found;
}

/** The process to draw for a step: where it happened, else where work stands; up to one whose version is known. */
export function frameOf(step: Step, state: State | undefined, elements: Elements, frames: Map<string | null, Frame>): Frame | undefined {
  const standing = state?.tokens.filter(isWork).at(-1)?.task_id;
  const about = step.task_id ?? standing;
  let call = about === undefined ? null : callOf(about, elements);
  while (call !== null && !frames.has(call)) call = callOf(call, elements);
  return frames.get(call);
}

/** What the diagram of a frame shows at a step. */
export function drawn(frame: Frame, step: Step, state: State | undefined, elements: Elements): TokenState {
  const marks = new Map<string, Mark>();
  const tokens = new Map<string, number>();
  const inside = (taskId: string) => callOf(taskId, elements) === frame.taskId;
  for (const each of elements.values()) {
    const isPast = each.ended_at !== null && each.ended_at <= step.at && each.state === 'completed';
    if (isPast && inside(each.task_id)) marks.set(drawnId(each.element_id), 'done');
  }
  for (const token of state?.tokens ?? []) {
    if (!inside(token.task_id)) continue;
    const id = drawnId(token.element_id);
    if (isWork(token)) tokens.set(id, (tokens.get(id) ?? 0) + 1);
    if (isWork(token) || token.element_type === 'subProcess') marks.set(id, token.is_parked ? 'incident' : 'active');
  }
  return { marks, tokens, here: hereIn(frame, step, elements), near: [...tokens.keys()].at(-1) ?? null };
}

/** The step's own element in this frame, or the call activity through which it happened. */
function hereIn(frame: Frame, step: Step, elements: Elements): string | null {
  const { taskId, elementId } = placeOf(step, elements);
  if (taskId === null) return elementId;
  let inner = taskId;
  for (let call = callOf(inner, elements); call !== frame.taskId; call = callOf(inner, elements)) {
    if (call === null) return null;
    inner = call;
  }
  return inner === taskId ? elementId : drawnId(elements.get(inner)?.element_id ?? '');
}
