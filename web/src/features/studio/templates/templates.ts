import approval from './approval.bpmn?raw';
import decision from './decision.dmn?raw';
import form from './form.form?raw';
import process from './process.bpmn?raw';

export interface Template {
  /** Also the key of its text, `template.<name>`. */
  name: 'process' | 'approval' | 'decision' | 'form';
  /** A file with a key that nothing else has. */
  file: (isChinese: boolean) => File;
}

export const templates: readonly Template[] = [
  { name: 'process', file: (isChinese) => made(process, 'process', 'bpmn', isChinese) },
  { name: 'approval', file: (isChinese) => made(approval, 'approval', 'bpmn', isChinese) },
  { name: 'decision', file: (isChinese) => made(decision, 'decision', 'dmn', isChinese) },
  { name: 'form', file: (isChinese) => made(form, 'form', 'form', isChinese) },
];

const RADIX = 36;
const KEY_LENGTH = 6;

function made(text: string, prefix: string, ending: string, isChinese: boolean): File {
  const random = crypto.getRandomValues(new Uint32Array(2)).reduce((all, each) => all + each.toString(RADIX), '');
  const key = `${prefix}_${random.slice(0, KEY_LENGTH)}`;
  const content = text
    .replaceAll('@key@', key)
    .replaceAll(/@([^@|\n]+)\|([^@\n]+)@/g, (_, zh: string, en: string) => (isChinese ? zh : en));
  return new File([content], `${key}.${ending}`);
}
