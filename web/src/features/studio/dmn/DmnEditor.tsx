import DmnModeler from 'dmn-js/lib/Modeler';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Editing, EditorProps, ListedElement } from '../editing';
import { chinese } from './translation';
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression-controls.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn-embedded.css';
import './dmn.css';

interface View {
  id: string;
  name?: string;
  type: 'drd' | 'decisionTable' | 'literalExpression' | 'boxedExpression';
  element: { id: string; $type: string };
}
interface Viewer {
  get: (name: 'commandStack') => Stack;
  on: (event: string, listener: () => void) => void;
}
interface Stack {
  undo: () => void;
  redo: () => void;
  canUndo: () => boolean;
  canRedo: () => boolean;
}
interface Dmn {
  importXML: (xml: string) => Promise<unknown>;
  saveXML: (options: { format: boolean }) => Promise<{ xml: string }>;
  getViews: () => View[];
  getActiveView: () => View | undefined;
  getActiveViewer: () => Viewer | undefined;
  open: (view: View) => Promise<unknown>;
  on: (event: string, listener: () => void) => void;
  destroy: () => void;
}

/** Decision tables, expressions and the requirements between them. */
export default function DmnEditor(props: EditorProps) {
  const { t } = useTranslation('studio');
  const { language } = props;
  const container = useRef<HTMLDivElement>(null);
  const [broken, setBroken] = useState(false);
  const begin = useEffectEvent((made: Dmn, isOpen: () => boolean) => open(made, props, isOpen));
  const end = useEffectEvent(() => {
    props.onReady(null);
  });
  useEffect(() => {
    if (!container.current) return;
    let isOpen = true;
    const made = create(container.current, language);
    void begin(made, () => isOpen).then((isRead) => {
      setBroken(!isRead && isOpen);
    });
    return () => {
      isOpen = false;
      end();
      made.destroy();
    };
  }, [language]);
  return <div ref={container} className="dmn" hidden={broken} role="region" aria-label={t('editor.decision')} />;
}

function create(container: HTMLElement, language: string): Dmn {
  const view = { additionalModules: language.startsWith('zh') ? [chinese] : [] };
  return new (DmnModeler as new (options: object) => Dmn)({
    container,
    drd: view,
    decisionTable: view,
    literalExpression: view,
    boxedExpression: view,
  });
}

async function open(dmn: Dmn, props: EditorProps, isOpen: () => boolean): Promise<boolean> {
  try {
    await dmn.importXML(props.text);
    const table = dmn.getViews().find((view) => view.type === 'decisionTable');
    if (table && isOpen()) await dmn.open(table);
  } catch (error) {
    if (isOpen()) props.onBroken(error instanceof Error ? error.message : String(error));
    return false;
  }
  if (!isOpen()) return false;
  const known = new WeakSet<Viewer>();
  const tell = () => {
    props.onEditing(editingOf(dmn));
  };
  const listen = () => {
    const viewer = dmn.getActiveViewer();
    if (viewer && !known.has(viewer)) {
      known.add(viewer);
      viewer.on('commandStack.changed', () => {
        tell();
        props.onChange(async () => (await dmn.saveXML({ format: true })).xml);
      });
    }
    tell();
  };
  dmn.on('views.changed', listen);
  listen();
  props.onReady({
    undo: () => dmn.getActiveViewer()?.get('commandStack').undo(),
    redo: () => dmn.getActiveViewer()?.get('commandStack').redo(),
    select: (id) => {
      const view = dmn.getViews().find((each) => each.element.id === id);
      if (view) void dmn.open(view);
    },
  });
  return true;
}

function editingOf(dmn: Dmn): Editing {
  const stack = dmn.getActiveViewer()?.get('commandStack');
  return {
    takesHandler: false,
    canUndo: stack?.canUndo() ?? false,
    canRedo: stack?.canRedo() ?? false,
    selected: dmn.getActiveView()?.element.id ?? null,
    elements: dmn.getViews().map(listed),
  };
}

function listed(view: View): ListedElement {
  return { id: view.element.id, name: view.name ?? '', type: view.type };
}
