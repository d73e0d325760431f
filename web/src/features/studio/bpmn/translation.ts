import camunda from 'bpmn-js-i18n-zh/lib/camunda-properties-panel';
import modeler from 'bpmn-js-i18n-zh/lib/bpmn-js';
import panel from 'bpmn-js-i18n-zh/lib/properties-panel';
import common from 'bpmn-js-i18n/translations/zn';
import ours from './zh-missing.json';

type Texts = Readonly<Record<string, string>>;

const TEXTS: Texts = { ...(common as Texts), ...(modeler as Texts), ...(panel as Texts), ...(camunda as Texts), ...ours };

const TRIGGERS: Texts = {
  Cancel: '取消',
  Compensate: '补偿',
  Compensation: '补偿',
  Conditional: '条件',
  Error: '错误',
  Escalation: '升级',
  Link: '链接',
  Message: '消息',
  Signal: '信号',
  Terminate: '终止',
  Timer: '定时',
};
const POSITIONS: Texts = {
  'Boundary Event': '边界事件',
  'End Event': '结束事件',
  'Intermediate Catch Event': '中间捕获事件',
  'Intermediate Throw Event': '中间抛出事件',
  'Start Event': '开始事件',
};
const EVENT = /^(\w+) ((?:Boundary|End|Intermediate Catch|Intermediate Throw|Start) Event)( \(Non Interrupting\))?$/i;

export function translate(template: string, values: Texts = {}): string {
  const found = TEXTS[template] ?? eventOf(template) ?? template;
  return found.replaceAll(/{([^}]+)}/g, (whole, name: string) => values[name] ?? whole);
}

/** For diagram-js: speak Chinese. In English the libraries speak for themselves. */
export const chinese = { translate: ['value', translate] };

/** The name of an element's type for readers: `bpmn:UserTask` is a user task. */
export function typeName(type: string, language: string): string {
  const words = type.replace('bpmn:', '').replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ');
  return language.startsWith('zh') ? translate(words) : words;
}

/** Events are named by what triggers them and where they stand: every pair of the two. */
function eventOf(template: string): string | undefined {
  const [, trigger, position, apart] = EVENT.exec(template) ?? [];
  const found = trigger === undefined ? undefined : TRIGGERS[trigger];
  if (found === undefined || position === undefined) return undefined;
  return `${found}${POSITIONS[position] ?? position}${apart ? '（非中断）' : ''}`;
}
