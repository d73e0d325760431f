import type Modeler from 'bpmn-js/lib/Modeler';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EditorProps } from '../editing';
import { messageOf } from '../reporting';
import { applyHandler, type Handler } from './applyHandler';
import { createModeler } from './createModeler';
import { editingOf, fit, part, type Shape, show, steady } from './diagram';
import { HandlerChooser } from './HandlerChooser';
import { laidOut } from './layout';
import { mark } from './marking';
import { registerHouse } from './panel/register';
import './bpmn.css';

/** The modeler with its properties panel. Changes are serialised only when they are saved. */
export default function BpmnEditor(props: EditorProps) {
  const { t } = useTranslation('studio');
  const { language, names, findings } = props;
  const canvas = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [modeler, setModeler] = useState<Modeler | null>(null);
  const [choosing, setChoosing] = useState<Shape | null>(null);
  const readNames = useEffectEvent(() => names);
  const say = useEffectEvent((made: Modeler) => {
    registerHouse(made, language, t, () => readNames());
  });
  const begin = useEffectEvent((made: Modeler, isOpen: () => boolean) => open(made, props, isOpen, setChoosing));
  const end = useEffectEvent(() => {
    props.onReady(null);
  });
  useEffect(() => {
    if (!canvas.current || !panel.current) return;
    let isOpen = true;
    const made = createModeler(canvas.current, panel.current, language);
    say(made);
    void begin(made, () => isOpen).then((isRead) => {
      if (isRead) setModeler(made);
    });
    return () => {
      isOpen = false;
      end();
      made.destroy();
    };
  }, [language]);
  useEffect(() => {
    if (modeler) mark(modeler, findings, (finding) => messageOf(finding, language));
  }, [modeler, findings, language]);
  const apply = (handler: Handler) => {
    if (modeler && choosing) applyHandler(modeler, choosing, handler);
    setChoosing(null);
  };
  return (
    <>
      <div ref={canvas} className="drawing" role="application" aria-label={t('editor.canvas')} />
      <div ref={panel} className="properties" aria-label={t('editor.properties')} role="region" />
      <HandlerChooser
        isOpen={choosing !== null}
        catalogue={names.catalogue}
        onChoose={apply}
        onClose={() => {
          setChoosing(null);
        }}
      />
    </>
  );
}

/** Read the drawing and tell the page of it; whether there is one now. */
async function open(
  modeler: Modeler,
  props: EditorProps,
  isOpen: () => boolean,
  onChoose: (shape: Shape) => void,
): Promise<boolean> {
  let drawn;
  try {
    drawn = await laidOut(modeler, props.text);
    await modeler.importXML(drawn.xml);
  } catch (error) {
    if (isOpen()) props.onBroken(error instanceof Error ? error.message : String(error));
    return false;
  }
  if (!isOpen()) return false;
  fit(modeler);
  steady(modeler);
  const tell = () => {
    props.onEditing(editingOf(modeler, props.language));
  };
  modeler.on(['commandStack.changed', 'selection.changed'], tell);
  const serialize = async () => (await modeler.saveXML({ format: true })).xml ?? '';
  modeler.on('commandStack.changed', () => {
    props.onChange(serialize);
  });
  tell();
  if (drawn.isLaidOut) props.onLaidOut(serialize);
  props.onReady({
    undo: () => {
      part(modeler, 'commandStack').undo();
    },
    redo: () => {
      part(modeler, 'commandStack').redo();
    },
    select: (id) => {
      show(modeler, id);
    },
    search: () => {
      setTimeout(() => {
        part(modeler, 'searchPad').toggle(); // not now: it closes itself with the click that asked for it
      });
    },
    simulate: () => simulate(modeler),
    chooseHandler: () => {
      const [shape] = part(modeler, 'selection').get();
      if (shape) onChoose(shape);
    },
  });
  return true;
}

function simulate(modeler: Modeler): boolean {
  const mode = part(modeler, 'toggleMode');
  mode.toggleMode();
  return mode._active;
}
