import { CheckboxEntry, isSelectEntryEdited, isTextFieldEntryEdited, SelectEntry, TextFieldEntry } from '@bpmn-io/properties-panel';
import { Fragment, jsx, jsxs } from '@bpmn-io/properties-panel/preact/jsx-runtime';
import type { Shape } from '../diagram';

/** One field of the panel, as the library wants it. The component stays the same function, or typing loses the field. */
export interface Entry {
  id: string;
  component: (props: never) => unknown;
  isEdited?: unknown;
}
export interface Group {
  id: string;
  label: string;
  component: unknown;
  entries?: Entry[];
  items?: { entries: Entry[] }[];
  shouldOpen?: boolean;
}
export interface Choice {
  value: string;
  label: string;
}

interface Field {
  id: string;
  label: string;
  description?: string;
  read: () => string;
  write: (value: string) => void;
}
interface TextProps extends Field {
  element: Shape;
  debounce: unknown;
  problem?: (value: string) => string | null;
}

export function textEntry(field: Field & { debounce: unknown; problem?: (value: string) => string | null }): Entry {
  return { ...field, component: TextEntry, isEdited: isTextFieldEntryEdited } as Entry;
}

export function selectEntry(field: Field & { choices: readonly Choice[] }): Entry {
  return { ...field, component: ChoiceEntry, isEdited: isSelectEntryEdited } as Entry;
}

export function checkEntry(field: Omit<Field, 'read' | 'write'> & { read: () => boolean; write: (isOn: boolean) => void }): Entry {
  return { ...field, component: CheckEntry, isEdited: (node: HTMLInputElement | null) => node?.checked } as Entry;
}

/** An entry of the library or of ours with a list of what there is below it; anything else may still be typed. */
export function offered(entry: Entry, offer: { label: string; choices: readonly Choice[]; isAdded?: boolean }): Entry {
  return { ...entry, original: entry.component, offer, component: Offered } as Entry;
}

function TextEntry({ element, id, label, description, read, write, debounce, problem }: TextProps) {
  return TextFieldEntry({
    element,
    id,
    label,
    description,
    debounce,
    getValue: read,
    setValue: (value: string | undefined) => {
      write(value ?? '');
    },
    validate: problem && ((value: string | undefined) => problem(value ?? '')),
  });
}

function ChoiceEntry(props: Field & { element: Shape; choices: readonly Choice[] }) {
  const { element, id, label, description, read, write, choices } = props;
  return SelectEntry({ element, id, label, description, getValue: read, setValue: write, getOptions: () => choices });
}

function CheckEntry(props: Omit<Field, 'read' | 'write'> & { element: Shape; read: () => boolean; write: (isOn: boolean) => void }) {
  const { element, id, label, description, read, write } = props;
  return CheckboxEntry({ element, id, label, description, getValue: read, setValue: write });
}

interface OfferedProps {
  id: string;
  element: Shape;
  original: unknown;
  offer: { label: string; choices: readonly Choice[]; isAdded?: boolean };
}

function Offered(props: OfferedProps) {
  const { id, original, offer } = props;
  const choose = (event: { currentTarget: HTMLSelectElement }) => {
    const list = event.currentTarget;
    const chosen = list.value;
    list.value = '';
    if (chosen !== '') put(list, chosen, offer.isAdded ?? false);
  };
  const options = [{ value: '', label: offer.label }, ...offer.choices].map(({ value, label }) =>
    jsx('option', { value, children: label }, value),
  );
  return jsx(Fragment, {
    children: jsxs('div', {
      class: 'offered',
      children: [
        jsx(original, props),
        jsx('select', { class: 'offer', name: `${id}-offer`, 'aria-label': offer.label, value: '', onChange: choose, children: options }),
      ],
    }),
  });
}

/** As if it had been typed: the field beside the list takes it over in its own way. */
function put(list: HTMLSelectElement, chosen: string, isAdded: boolean): void {
  const field = list.parentElement?.querySelector<HTMLInputElement | HTMLTextAreaElement>('input[type=text], textarea');
  if (!field) return;
  const present = field.value.split(',').map((each) => each.trim()).filter((each) => each !== '');
  field.value = isAdded ? [...new Set([...present, chosen])].join(', ') : chosen;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.focus();
}
