import camunda from 'bpmn-js-i18n-zh/lib/camunda-properties-panel';
import modeler from 'bpmn-js-i18n-zh/lib/bpmn-js';
import panel from 'bpmn-js-i18n-zh/lib/properties-panel';
import common from 'bpmn-js-i18n/translations/zn';
import ours from './zh-missing.json';

type Texts = Record<string, string>;

const TEXTS: Texts = { ...(common as Texts), ...(modeler as Texts), ...(panel as Texts), ...(camunda as Texts), ...ours };

/** Texts the libraries asked for and nobody has translated; tests read it. */
export const untranslated = new Set<string>();

export function translate(template: string, values: Record<string, string> = {}): string {
  const found = TEXTS[template];
  if (found === undefined) untranslated.add(template);
  return (found ?? template).replaceAll(/{([^}]+)}/g, (whole, name: string) => values[name] ?? whole);
}

/** For diagram-js: speak Chinese. In English the libraries speak for themselves. */
export const chinese = { translate: ['value', translate] };
