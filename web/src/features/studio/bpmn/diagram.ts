import type Modeler from 'bpmn-js/lib/Modeler';
import type { Editing, ListedElement } from '../editing';
import { takesHandler } from './applyHandler';
import { typeName } from './translation';

/** What we use of the parts of a modeler, which has types for few of them. */
export interface Shape {
  id: string;
  type: string;
  labelTarget?: Shape;
  businessObject: { id: string; name?: string; get: (name: string) => unknown };
}
interface Canvas {
  viewbox: (box?: Box) => Box & { inner: Box; outer: Box };
  scrollToElement: (id: string, padding?: number) => void;
  addMarker: (id: string, marker: string) => void;
  removeMarker: (id: string, marker: string) => void;
  focus: () => void;
}
interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface Parts {
  canvas: Canvas;
  commandStack: { undo: () => void; redo: () => void; canUndo: () => boolean; canRedo: () => boolean };
  elementRegistry: { get: (id: string) => Shape | undefined; getAll: () => Shape[] };
  selection: { get: () => Shape[]; select: (shape: Shape | null) => void };
  overlays: {
    add: (id: string, type: string, overlay: { position: object; html: HTMLElement }) => string;
    remove: (filter: { type: string }) => void;
  };
  searchPad: { toggle: () => void; isOpen: () => boolean };
  toggleMode: { toggleMode: (isOn?: boolean) => void; _active: boolean };
  modeling: {
    updateProperties: (shape: Shape, properties: object) => void;
    updateModdleProperties: (shape: Shape, element: object, properties: object) => void;
  };
  bpmnReplace: { replaceElement: (shape: Shape, target: { type: string }) => Shape };
  bpmnFactory: { create: (type: string, properties: object) => object };
}

const MOST_ZOOM = 1.2;
const LEAST_ZOOM = 0.6;
const SPACE_AROUND = 150;
const ROOM = { left: 130, right: 40, top: 40, bottom: 60 };
const NARROW_ROOM = { left: 20, right: 20, top: 70, bottom: 60 };
const NARROW = '(width < 900px)';
const BEFORE_ALL = 5_000;
const BY_HAND = ['elements.move', 'shape.resize', 'connection.reconnect', 'connection.updateWaypoints'];

export function part<Name extends keyof Parts>(modeler: Modeler, name: Name): Parts[Name] {
  return modeler.get(name);
}

/** Show the whole drawing, beside the palette; the library's own way leaves no room. */
export function fit(modeler: Modeler): void {
  const room = matchMedia(NARROW).matches ? NARROW_ROOM : ROOM;
  const canvas = part(modeler, 'canvas');
  const { inner, outer } = canvas.viewbox();
  if (outer.width === 0 || inner.width === 0) return;
  const wide = Math.max(outer.width - room.left - room.right, 1);
  const high = Math.max(outer.height - room.top - room.bottom, 1);
  const zoom = Math.min(wide / inner.width, high / inner.height, MOST_ZOOM);
  const width = outer.width / zoom;
  const height = outer.height / zoom;
  const spare = (high / zoom - inner.height) / 2;
  canvas.viewbox({ x: inner.x - room.left / zoom, y: inner.y - room.top / zoom - Math.max(spare, 0), width, height });
}

/** On a small screen a finger moves the view, never what is drawn; the page says so. */
export function steady(modeler: Modeler): void {
  if (!matchMedia(NARROW).matches) return;
  modeler.on(BY_HAND.map((rule) => `commandStack.${rule}.canExecute`), BEFORE_ALL, () => false);
}

/** The state of the editor, for the page around it. */
export function editingOf(modeler: Modeler, language: string): Editing {
  const stack = part(modeler, 'commandStack');
  const selected = part(modeler, 'selection').get();
  return {
    canUndo: stack.canUndo(),
    canRedo: stack.canRedo(),
    takesHandler: selected.length === 1 && takesHandler(selected[0]),
    selected: selected.length === 1 ? (selected[0]?.businessObject.id ?? null) : null,
    elements: listed(part(modeler, 'elementRegistry').getAll(), language),
  };
}

const UNLISTED = new Set(['bpmn:Collaboration', 'bpmn:Process', 'label']);

function listed(shapes: readonly Shape[], language: string): ListedElement[] {
  return shapes
    .filter((shape) => shape.labelTarget === undefined && !UNLISTED.has(shape.type))
    .filter((shape) => shape.type !== 'bpmn:SequenceFlow' || shape.businessObject.name)
    .map((shape) => ({
      id: shape.id,
      name: shape.businessObject.name ?? '',
      type: typeName(shape.type, language),
    }));
}

/** Select an element, bring it into view large enough to be read, and let the keyboard work on it. */
export function show(modeler: Modeler, id: string): void {
  const shape = part(modeler, 'elementRegistry').get(id);
  if (shape === undefined) return;
  const canvas = part(modeler, 'canvas');
  part(modeler, 'selection').select(shape);
  const { x, y, width, height, outer } = canvas.viewbox();
  const isSmall = outer.width / width < LEAST_ZOOM;
  if (isSmall) canvas.viewbox({ x: x + (width - outer.width) / 2, y: y + (height - outer.height) / 2, ...sizeOf(outer) });
  canvas.scrollToElement(id, SPACE_AROUND);
  canvas.focus();
}

function sizeOf({ width, height }: Box): { width: number; height: number } {
  return { width, height };
}
