import { inLanguage } from '../ui/inLanguage';

/** A form-js component or form, of which we read little and change only texts. */
export type FormPart = Record<string, unknown>;

const SAID = ['label', 'description', 'text', 'dateLabel', 'timeLabel', 'alt'];

/** The form with every text in the reader's language. */
export function formInLanguage(part: FormPart, isChinese: boolean): FormPart {
  const said = Object.fromEntries(
    Object.entries(part).map(([name, value]) => [
      name,
      typeof value === 'string' && SAID.includes(name) && !value.startsWith('=') ? inLanguage(value, isChinese) : value,
    ]),
  );
  for (const name of ['components', 'values']) {
    const parts = said[name];
    if (Array.isArray(parts)) said[name] = parts.map((one: unknown) => formInLanguage(one as FormPart, isChinese));
  }
  return said;
}

/** Every input of the form, at any depth: key and label as they stand. */
export function fieldsOf(part: FormPart): { key: string; label: string }[] {
  const inner = Array.isArray(part.components) ? part.components.flatMap((one: unknown) => fieldsOf(one as FormPart)) : [];
  const own = typeof part.key === 'string' ? [{ key: part.key, label: labelOf(part) }] : [];
  return [...own, ...inner];
}

function labelOf(part: FormPart): string {
  for (const name of ['label', 'dateLabel', 'timeLabel', 'key']) {
    const said = part[name];
    if (typeof said === 'string' && said !== '') return said;
  }
  return '';
}
