import { FormEditor as Editor } from '@bpmn-io/form-js-editor';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Editing, EditorProps } from '../editing';
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import '@bpmn-io/form-js-editor/dist/assets/form-js-editor.css';
import '@bpmn-io/form-js-editor/dist/assets/properties-panel.css';
import './form.css';

interface Field {
  id: string;
  type: string;
  key?: string;
  label?: string;
  text?: string;
  components?: Field[];
}
interface Stack {
  undo: () => void;
  redo: () => void;
  canUndo: () => boolean;
  canRedo: () => boolean;
}
interface Selection {
  get: () => Field | null;
  set: (field: Field) => void;
}
interface FormJs {
  importSchema: (schema: unknown) => Promise<unknown>;
  saveSchema: () => Field;
  getSchema: () => Field;
  get: ((name: 'commandStack') => Stack) & ((name: 'selection') => Selection) & ((name: 'formFieldRegistry') => { get: (id: string) => Field | undefined });
  on: (event: string, listener: () => void) => void;
  destroy: () => void;
}

interface Props extends EditorProps {
  /** The form as it is drawn now, for the preview. */
  onSchema: (schema: unknown) => void;
}

/** The form editor: fields by drag and drop or by keyboard, their properties beside them. */
export default function FormEditor(props: Props) {
  const { t } = useTranslation('studio');
  const container = useRef<HTMLDivElement>(null);
  const begin = useEffectEvent((made: FormJs, isOpen: () => boolean) => open(made, props, isOpen));
  const end = useEffectEvent(() => {
    props.onReady(null);
  });
  useEffect(() => {
    if (!container.current) return;
    let isOpen = true;
    const made = new (Editor as new (options: object) => FormJs)({ container: container.current });
    void begin(made, () => isOpen);
    return () => {
      isOpen = false;
      end();
      made.destroy();
    };
  }, []);
  return (
    <div ref={container} className="form-editor bio-theme-parent" role="region" aria-label={t('editor.form')} />
  );
}

async function open(form: FormJs, props: Props, isOpen: () => boolean): Promise<void> {
  try {
    await form.importSchema(JSON.parse(props.text));
  } catch (error) {
    if (isOpen()) props.onBroken(error instanceof Error ? error.message : String(error));
    return;
  }
  if (!isOpen()) return;
  const tell = () => {
    props.onEditing(editingOf(form));
  };
  form.on('changed', () => {
    tell();
    props.onSchema(form.getSchema());
    props.onChange(() => Promise.resolve(`${JSON.stringify(form.saveSchema(), null, 2)}\n`));
  });
  form.on('selection.changed', tell);
  tell();
  props.onSchema(form.getSchema());
  props.onReady({
    undo: () => {
      form.get('commandStack').undo();
    },
    redo: () => {
      form.get('commandStack').redo();
    },
    select: (id) => {
      const field = form.get('formFieldRegistry').get(id);
      if (field) form.get('selection').set(field);
    },
  });
}

function editingOf(form: FormJs): Editing {
  const stack = form.get('commandStack');
  return {
    takesHandler: false,
    canUndo: stack.canUndo(),
    canRedo: stack.canRedo(),
    selected: form.get('selection').get()?.id ?? null,
    elements: fieldsOf(form.getSchema()).map((field) => ({
      id: field.id,
      name: field.label ?? field.key ?? field.text?.slice(0, 60) ?? '',
      type: field.type,
    })),
  };
}

function fieldsOf(parent: Field): Field[] {
  return (parent.components ?? []).flatMap((field) => [field, ...fieldsOf(field)]);
}
