import type { Handler } from '../applyHandler';
import chinese from '../handlers-zh.json';
import fields from '../handler-fields.json';

const FIELDS: Readonly<Record<string, readonly string[] | undefined>> = fields;
const KINDS: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  str: ['文本', 'text'],
  int: ['整数', 'whole number'],
  float: ['数字', 'number'],
  bool: ['是或否', 'yes or no'],
  list: ['列表', 'list'],
  dict: ['结构', 'structure'],
};

/** What an input or output of a handler is called; what has no label yet is called by its own name. */
export function fieldLabel(name: string, language: string): string {
  return FIELDS[name]?.[isChinese(language) ? 0 : 1] ?? name;
}

/** `text or number`; nothing when anything will do. */
export function kindsLabel(kinds: readonly string[], language: string): string {
  const words = kinds.map((kind) => KINDS[kind]?.[isChinese(language) ? 0 : 1] ?? kind);
  return words.join(isChinese(language) ? '或' : ' or ');
}

/** What a handler does: the service says it in English, we know most of them in Chinese. */
export function descriptionOf(handler: Handler, language: string): string {
  const known: Readonly<Record<string, string>> = chinese;
  return (isChinese(language) ? known[handler.name] : undefined) ?? handler.description;
}

function isChinese(language: string): boolean {
  return language.startsWith('zh');
}
