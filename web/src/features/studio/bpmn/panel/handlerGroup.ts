import { Group } from '@bpmn-io/properties-panel';
import type { TFunction } from 'i18next';
import type Modeler from 'bpmn-js/lib/Modeler';
import { applyHandler, type Handler } from '../applyHandler';
import { part, type Shape } from '../diagram';
import type { Choices } from './choices';
import { type Entry, type Group as PanelGroup, offered, selectEntry, textEntry } from './entries';
import { descriptionOf, fieldLabel, kindsLabel } from './labels';
import { create, INPUT, type Moddle, OUTPUT, parametersOf, setParameters } from './moddle';

export interface House {
  modeler: Modeler;
  language: string;
  t: TFunction<'studio'>;
  choices: Choices;
  handlers: readonly Handler[];
}

const KINDS = new Set(['bpmn:ServiceTask', 'bpmn:SendTask', 'bpmn:BusinessRuleTask']);
const CALL = /^\$\{(\w+)\}$/;

/** The handler a service task runs, with a field for each of its inputs and outputs. */
export function handlerGroup(shape: Shape, house: House): PanelGroup | null {
  const said = (shape.businessObject.get('camunda:delegateExpression') as string | undefined) ?? '';
  if (!KINDS.has(shape.type) || (shape.type === 'bpmn:BusinessRuleTask' && said === '')) return null;
  const name = CALL.exec(said)?.[1] ?? '';
  const handler = house.handlers.find((each) => each.name === name);
  return {
    id: 'house-handler',
    label: house.t('panel.handler.title'),
    component: Group,
    shouldOpen: true,
    entries: [which(shape, house, name), ...(handler ? fieldsOf(shape, house, handler) : [])],
  };
}

function which(shape: Shape, house: House, name: string): Entry {
  const { handlers, t, modeler, language } = house;
  const known = handlers.find((each) => each.name === name);
  const unknown = name !== '' && !known ? [{ value: name, label: name }] : [];
  const choices = handlers.map((each) => ({ value: each.name, label: each.name }));
  return selectEntry({
    id: 'house-handler-name',
    label: t('panel.handler.name'),
    ...(known ? { description: descriptionOf(known, language) } : {}),
    choices: [{ value: '', label: t('panel.handler.none') }, ...unknown, ...choices],
    read: () => name,
    write: (chosen) => {
      const handler = handlers.find((each) => each.name === chosen);
      if (handler) applyHandler(modeler, shape, handler, known);
      else part(modeler, 'modeling').updateProperties(shape, { 'camunda:delegateExpression': undefined });
    },
  });
}

function fieldsOf(shape: Shape, house: House, handler: Handler): Entry[] {
  return [
    ...handler.parameters.map((parameter) => inputEntry(shape, house, parameter)),
    ...handler.outputs.map((output) => outputEntry(shape, house, output)),
  ];
}

function inputEntry(shape: Shape, house: House, parameter: Handler['parameters'][number]): Entry {
  const { t, modeler, language } = house;
  const { name, is_required: isRequired } = parameter;
  const find = () => parametersOf(shape, INPUT).find((each) => each.get('name') === name);
  const kinds = kindsLabel(parameter.kinds, language);
  const isElsewhere = find()?.get('definition') !== undefined;
  const entry = textEntry({
    id: `house-input-${name}`,
    label: `${fieldLabel(name, language)}${isRequired ? ' *' : ''}`,
    description: isElsewhere ? t('panel.handler.elsewhere') : [name, kinds].filter((each) => each !== '').join(' · '),
    debounce: modeler.get('debounceInput'),
    read: () => (find()?.get('value') as string | undefined) ?? '',
    write: (value) => {
      put(shape, house, INPUT, find(), value === '' ? null : { name, value });
    },
    ...(isRequired && !isElsewhere ? { problem: (value: string) => (value === '' ? t('panel.handler.required') : null) } : {}),
  });
  const choices = house.choices.ofInput(name);
  return choices.length > 0 ? offered(entry, { label: t('panel.choose'), choices }) : entry;
}

/** The variable that keeps an output; the library lists the same under its own outputs. */
function outputEntry(shape: Shape, house: House, output: string): Entry {
  const { t, modeler, language } = house;
  const find = () =>
    parametersOf(shape, OUTPUT).find((each) => [`=${output}`, `\${${output}}`].includes(each.get('value') as string));
  return textEntry({
    id: `house-output-${output}`,
    label: t('panel.handler.output', { name: fieldLabel(output, language) }),
    description: parametersOf(shape, OUTPUT).length > 0 ? output : t('panel.handler.kept', { name: output }),
    debounce: modeler.get('debounceInput'),
    read: () => (find()?.get('name') as string | undefined) ?? '',
    write: (name) => {
      put(shape, house, OUTPUT, find(), name === '' ? null : { name, value: `=${output}` });
    },
  });
}

/** In the place of the parameter before, or behind the others; `null` takes it away. */
function put(
  shape: Shape,
  { modeler }: House,
  type: typeof INPUT | typeof OUTPUT,
  before: Moddle | undefined,
  properties: { name: string; value: string } | null,
): void {
  const parameters = [...parametersOf(shape, type)];
  const place = before ? parameters.indexOf(before) : parameters.length;
  parameters.splice(place, before ? 1 : 0, ...(properties ? [create(modeler, type, properties)] : []));
  setParameters(modeler, shape, type, parameters);
}
