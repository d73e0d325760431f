import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/diagram-js.css';
import { useEffect, useRef, useState } from 'react';
import { type Box, fit, type FittedCanvas } from '../../bpmn/fit';
import './diagram.css';

export type Marks = ReadonlyMap<string, string>;

export interface Canvas extends FittedCanvas {
  viewbox(): { inner: Box; outer: { width: number; height: number } } & Box;
  viewbox(box: Box): unknown;
  addMarker: (id: string, marker: string) => void;
  removeMarker: (id: string, marker: string) => void;
  scrollToElement: (id: string, padding: number) => void;
}

interface Registry {
  get: (id: string) => { waypoints?: unknown } | undefined;
}

interface Overlays {
  add: (id: string, overlay: { position: { top: number; left: number }; html: HTMLElement }) => void;
  clear: () => void;
}

interface EventBus {
  on: (event: string, callback: (event: { element?: { id: string } }) => void) => void;
}

interface Props {
  xml: string;
  /** By element: what it is marked as (`is-…`). */
  marks: Marks;
  /** By mark: the sign beside a marked element, so that colour is not all that tells. */
  signs?: Readonly<Record<string, string>>;
  label: string;
  selected?: string | null;
  onSelect?: (elementId: string) => void;
  onMove?: () => void;
  onReady?: (canvas: Canvas | null) => void;
}

/**
 * A diagram to look at, with elements marked. It cannot be read by keyboard or screen reader: each page that shows one has
 * a list of the same beside it, and `label` says so.
 */
export function MarkedDiagram(props: Props) {
  const { xml, marks, signs, selected = null } = props;
  const host = useRef<HTMLDivElement>(null);
  const [viewer, setViewer] = useState<NavigatedViewer | null>(null);
  const heard = useRef(props);
  useEffect(() => {
    heard.current = props;
  });
  useEffect(() => {
    if (!host.current) return;
    const made = new NavigatedViewer({ container: host.current });
    let isGone = false;
    made
      .importXML(xml)
      .then(() => {
        if (isGone) return;
        const canvas = made.get<Canvas>('canvas');
        fit(canvas);
        const bus = made.get<EventBus>('eventBus');
        bus.on('canvas.viewbox.changed', () => heard.current.onMove?.());
        bus.on('element.click', ({ element }) => element && heard.current.onSelect?.(element.id));
        heard.current.onReady?.(canvas);
        setViewer(made);
      })
      .catch(() => undefined); // the list beside it says what there is
    return () => {
      isGone = true;
      setViewer(null);
      heard.current.onReady?.(null);
      made.destroy();
    };
  }, [xml]);
  useEffect(() => (viewer ? marked(viewer, marks, signs ?? {}) : undefined), [viewer, marks, signs]);
  useEffect(() => (viewer && selected !== null ? lookedAt(viewer, selected) : undefined), [viewer, selected]);
  return <div ref={host} className="marked-diagram" role="group" aria-label={props.label} />;
}

/** Mark elements; what is returned takes the marks off again. */
function marked(viewer: NavigatedViewer, marks: Marks, signs: Readonly<Record<string, string>>): () => void {
  const canvas = viewer.get<Canvas>('canvas');
  const registry = viewer.get<Registry>('elementRegistry');
  const overlays = viewer.get<Overlays>('overlays');
  const found = [...marks].filter(([id]) => registry.get(id) !== undefined);
  for (const [id, mark] of found) {
    canvas.addMarker(id, `is-${mark}`);
    const sign = signs[mark];
    if (sign === undefined || registry.get(id)?.waypoints) continue;
    const html = document.createElement('span');
    html.className = `change-sign is-${mark}`;
    html.textContent = sign;
    overlays.add(id, { position: { top: -11, left: -11 }, html });
  }
  return () => {
    for (const [id, mark] of found) if (registry.get(id)) canvas.removeMarker(id, `is-${mark}`);
    overlays.clear();
  };
}

function lookedAt(viewer: NavigatedViewer, elementId: string): (() => void) | undefined {
  const registry = viewer.get<Registry>('elementRegistry');
  if (!registry.get(elementId)) return undefined;
  const canvas = viewer.get<Canvas>('canvas');
  canvas.addMarker(elementId, 'is-looked-at');
  canvas.scrollToElement(elementId, 60);
  return () => {
    if (registry.get(elementId)) canvas.removeMarker(elementId, 'is-looked-at');
  };
}
