import { type RefObject, useEffect, useRef } from 'react';

type Field = HTMLTextAreaElement | HTMLInputElement;

/** What people write words into; pickers and choices are typed into too, but not with phrases. */
const FIELDS = 'textarea:not([readonly], [disabled]), .fjs-form-field-textfield input:not([readonly], [disabled])';

/**
 * Write into the field of `place` that was typed in last, where its cursor stands; before that into its first one.
 *
 * The field is told as if somebody had typed: forms of any make hear of it, and drafts are saved.
 */
export function useWriting(place: RefObject<HTMLElement | null>): (words: string) => void {
  const last = useRef<Field | null>(null);
  useEffect(() => {
    const host = place.current;
    const notice = ({ target }: FocusEvent) => {
      if (target instanceof HTMLElement && target.matches(FIELDS)) last.current = target as Field;
    };
    host?.addEventListener('focusin', notice);
    return () => host?.removeEventListener('focusin', notice);
  }, [place]);
  return (words) => {
    const known = last.current?.isConnected && last.current.matches(FIELDS) ? last.current : null;
    const field = known ?? place.current?.querySelector<Field>(FIELDS);
    if (field) write(field, words);
  };
}

function write(field: Field, words: string): void {
  const { value } = field;
  const [start, end] = [field.selectionStart ?? value.length, field.selectionEnd ?? value.length];
  field.focus();
  // Frameworks watch the property of the element itself; what it inherits sets it behind their backs, then the event tells.
  const inherited = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field) as object, 'value');
  inherited?.set?.call(field, value.slice(0, start) + words + value.slice(end));
  field.setSelectionRange(start + words.length, start + words.length);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
