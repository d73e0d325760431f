import { AimOutlined, ExpandOutlined, MinusOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Space } from 'antd';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import 'bpmn-js/dist/assets/diagram-js.css';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import './diagram.css';
import './tokens.css';
import { type Box, fit, type FittedCanvas, lookAt } from './fit';

interface Canvas extends FittedCanvas {
  viewbox(): { inner: Box; outer: { width: number; height: number } } & Box;
  viewbox(box: Box): unknown;
  addMarker: (id: string, marker: string) => void;
  removeMarker: (id: string, marker: string) => void;
  zoom: (scale?: number) => number;
}

interface Registry {
  get: (id: string) => (Box & { waypoints?: unknown }) | undefined;
}

interface Overlays {
  add: (id: string, type: string, overlay: { position: { bottom: number; right: number }; html: HTMLElement; scale: { min: number } }) => void;
  remove: (filter: { type: string }) => void;
}

interface EventBus {
  on: (event: string, callback: (event: { element?: { id: string } }) => void) => void;
}

export interface TokenState {
  /** By element: what it is marked as, a `Mark` or another class `is-…` that the page's styles know. */
  marks: ReadonlyMap<string, string>;
  /** The sign at an element's corner, such as how many tokens stand there. */
  tokens: ReadonlyMap<string, number | string>;
  /** The element that the reader looks at. */
  here: string | null;
  /** What to show when there is none, or one that is not drawn. */
  near?: string | null;
}

const OVERLAY = 'tokens';
const STEP = 1.25;
const READABLE = 0.6;

/**
 * A diagram at one moment of an instance's life: tokens with their number, what was passed, what is looked at. It cannot
 * be read by keyboard or screen reader: each page that shows one has a list of the same beside it, and `label` says so.
 */
export function TokenDiagram(props: { xml: string; state: TokenState; label: string; onSelect: (elementId: string) => void }) {
  const { xml, state } = props;
  const { t } = useTranslation('shell');
  const host = useRef<HTMLDivElement>(null);
  const heard = useRef(props);
  const isZoomedByHand = useRef(false);
  const [viewer, setViewer] = useState<NavigatedViewer | null>(null);
  useEffect(() => {
    heard.current = props;
  });
  // Before the effect that makes viewers: what it drew is taken away from one that still lives.
  useEffect(() => {
    return viewer === null ? undefined : show(viewer, state, isZoomedByHand.current);
  }, [viewer, state]);
  useEffect(() => {
    if (!host.current) return;
    const made = new NavigatedViewer({ container: host.current });
    isZoomedByHand.current = false;
    let isGone = false;
    made.importXML(xml).then(
      () => {
        if (isGone) return;
        made.get<EventBus>('eventBus').on('element.click', ({ element }) => element && heard.current.onSelect(element.id));
        fit(made.get<Canvas>('canvas'));
        setViewer(made);
      },
      () => undefined, // the list beside it says what there is
    );
    return () => {
      isGone = true;
      setViewer(null);
      made.destroy();
    };
  }, [xml]);
  const canvas = () => viewer?.get<Canvas>('canvas');
  const zoom = (by: number) => {
    const found = canvas();
    isZoomedByHand.current = true;
    found?.zoom(found.zoom() * by);
  };
  const whole = () => {
    const found = canvas();
    isZoomedByHand.current = true;
    if (found) fit(found);
  };
  const here = () => {
    const found = canvas();
    const place = viewer && placeOf(viewer, state);
    isZoomedByHand.current = false;
    if (found && place) lookAt(found, place, 1);
  };
  return (
    <div className="diagram">
      <div
        ref={host}
        className="diagram-canvas"
        role="group"
        aria-label={props.label}
        data-drawn={viewer !== null}
        onWheel={() => {
          isZoomedByHand.current = true;
        }}
      />
      <Space className="diagram-tools" size={4}>
        <Button size="small" className="diagram-tool" icon={<MinusOutlined />} aria-label={t('diagram.further')} onClick={() => zoom(1 / STEP)} />
        <Button size="small" className="diagram-tool" icon={<PlusOutlined />} aria-label={t('diagram.closer')} onClick={() => zoom(STEP)} />
        <Button size="small" className="diagram-tool" icon={<ExpandOutlined />} aria-label={t('diagram.whole')} onClick={whole} />
        <Button size="small" className="diagram-tool" icon={<AimOutlined />} aria-label={t('diagram.here')} onClick={here} />
      </Space>
    </div>
  );
}

/** Draw a moment; the answer takes it away again. */
function show(viewer: NavigatedViewer, state: TokenState, isZoomedByHand: boolean): () => void {
  const canvas = viewer.get<Canvas>('canvas');
  const registry = viewer.get<Registry>('elementRegistry');
  const overlays = viewer.get<Overlays>('overlays');
  const marked = [...state.marks].map(([id, mark]) => [id, `is-${mark}`]);
  if (state.here !== null) marked.push([state.here, 'is-here']);
  const known = marked.filter((each): each is [string, string] => each[0] !== undefined && registry.get(each[0]) !== undefined);
  for (const [id, marker] of known) canvas.addMarker(id, marker);
  for (const [id, count] of state.tokens) {
    if (registry.get(id)) overlays.add(id, OVERLAY, { position: { bottom: 12, right: 14 }, html: signOf(count), scale: { min: 0.8 } });
  }
  const place = placeOf(viewer, state);
  if (place) reveal(canvas, place, isZoomedByHand);
  return () => {
    for (const [id, marker] of known) if (registry.get(id)) canvas.removeMarker(id, marker);
    overlays.remove({ type: OVERLAY });
  };
}

function signOf(count: number | string): HTMLElement {
  const sign = document.createElement('div');
  sign.className = 'token-sign';
  sign.textContent = String(count);
  return sign;
}

/** Where to look: at the reader's own element, else near it; flows are too long to look at. */
function placeOf(viewer: NavigatedViewer, { here, near = null }: TokenState): Box | undefined {
  const registry = viewer.get<Registry>('elementRegistry');
  const drawn = [here, near].map((id) => (id === null ? undefined : registry.get(id)));
  return drawn.find((found) => found !== undefined && found.waypoints === undefined);
}

/** Move the diagram only when the place cannot be seen, or not be read: unless the reader wanted it that small. */
function reveal(canvas: Canvas, place: Box, isZoomedByHand: boolean): void {
  if (canvas.zoom() < READABLE && !isZoomedByHand) {
    lookAt(canvas, place, READABLE);
    return;
  }
  const view = canvas.viewbox();
  const isSeen =
    place.x >= view.x &&
    place.y >= view.y &&
    place.x + place.width <= view.x + view.width &&
    place.y + place.height <= view.y + view.height;
  if (isSeen) return;
  const { width, height } = view;
  canvas.viewbox({ x: place.x - (width - place.width) / 2, y: place.y - (height - place.height) / 2, width, height });
}
