import { AimOutlined, ExpandOutlined, MinusOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Space } from 'antd';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import 'bpmn-js/dist/assets/diagram-js.css';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import './diagram.css';
import { type Box, fit, type FittedCanvas, lookAt } from './fit';

export type Mark = 'active' | 'done' | 'incident';

interface Canvas extends FittedCanvas {
  addMarker: (id: string, marker: string) => void;
  removeMarker: (id: string, marker: string) => void;
  zoom: (scale?: number) => number;
}

interface Registry {
  get: (id: string) => Box | undefined;
}

const STEP = 1.25;

/**
 * A BPMN diagram to look at, with elements marked; at first it shows the place of `focusId`, when the whole would be too
 * small to read. It cannot be read by keyboard or screen reader: each page that shows one has a list of the same beside
 * it, and `label` says so.
 */
export function Diagram(props: { xml: string; marks: ReadonlyMap<string, Mark>; label: string; focusId?: string }) {
  const { xml, marks, focusId } = props;
  const { t } = useTranslation('shell');
  const host = useRef<HTMLDivElement>(null);
  const viewer = useRef<NavigatedViewer | null>(null);
  const [drawn, setDrawn] = useState('');
  useEffect(() => {
    if (!host.current) return;
    const made = new NavigatedViewer({ container: host.current });
    viewer.current = made;
    let isGone = false;
    made.importXML(xml).then(
      () => {
        if (!isGone) setDrawn(xml);
      },
      () => undefined, // the list beside it says what there is
    );
    return () => {
      isGone = true;
      made.destroy();
    };
  }, [xml]);
  useEffect(() => {
    const made = viewer.current;
    if (!made || drawn !== xml) return;
    const canvas = made.get<Canvas>('canvas');
    const place = focusId === undefined ? undefined : made.get<Registry>('elementRegistry').get(focusId);
    if (fit(canvas) < READABLE && place) lookAt(canvas, place, READABLE);
  }, [drawn, xml, focusId]);
  useEffect(() => {
    const made = viewer.current;
    if (!made || drawn !== xml) return;
    const canvas = made.get<Canvas>('canvas');
    const registry = made.get<Registry>('elementRegistry');
    const marked = [...marks].filter(([id]) => registry.get(id) !== undefined);
    for (const [id, mark] of marked) canvas.addMarker(id, `is-${mark}`);
    return () => {
      if (viewer.current !== made) return;
      for (const [id, mark] of marked) if (registry.get(id)) canvas.removeMarker(id, `is-${mark}`);
    };
  }, [marks, drawn, xml]);
  const canvas = () => viewer.current?.get<Canvas>('canvas');
  const zoom = (by: number) => {
    const found = canvas();
    found?.zoom(found.zoom() * by);
  };
  const here = () => {
    const found = canvas();
    const place = focusId === undefined ? undefined : viewer.current?.get<Registry>('elementRegistry').get(focusId);
    if (found && place) lookAt(found, place, 1);
  };
  const whole = () => {
    const found = canvas();
    if (found) fit(found);
  };
  return (
    <div className="diagram">
      <div ref={host} className="diagram-canvas" role="group" aria-label={props.label} />
      <Space.Compact className="diagram-tools">
        <Button icon={<MinusOutlined />} aria-label={t('diagram.further')} onClick={() => zoom(1 / STEP)} />
        <Button icon={<PlusOutlined />} aria-label={t('diagram.closer')} onClick={() => zoom(STEP)} />
        <Button icon={<ExpandOutlined />} aria-label={t('diagram.whole')} onClick={whole} />
        {focusId !== undefined && <Button icon={<AimOutlined />} aria-label={t('diagram.here')} onClick={here} />}
      </Space.Compact>
    </div>
  );
}

const READABLE = 0.6;
