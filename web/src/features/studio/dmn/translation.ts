import texts from './zh.json';

const TEXTS: Readonly<Record<string, string>> = texts;

/** For the parts of dmn-js: speak Chinese. */
export const chinese = {
  translate: [
    'value',
    (template: string, values: Record<string, string> = {}) =>
      (TEXTS[template] ?? template).replaceAll(/{([^}]+)}/g, (whole, name: string) => values[name] ?? whole),
  ],
};
