import type Modeler from 'bpmn-js/lib/Modeler';
import type { Catalogue } from '../useModels';
import { part, type Shape } from './diagram';

export type Handler = Catalogue['handlers'][number];

interface Moddle {
  $type: string;
  get: (name: string) => unknown;
  $parent?: Moddle;
}

const KINDS = new Set(['bpmn:Task', 'bpmn:ServiceTask', 'bpmn:SendTask', 'bpmn:BusinessRuleTask']);
const OTHER_WAYS = ['camunda:class', 'camunda:expression', 'camunda:type', 'camunda:topic', 'camunda:decisionRef'];

/** Whether what is selected may run a handler. */
export function takesHandler(shape: Shape | undefined): boolean {
  return shape !== undefined && KINDS.has(shape.type);
}

/** Let a task run this handler: a plain task becomes a service task, inputs it has stay, those it lacks are added. */
export function applyHandler(modeler: Modeler, chosen: Shape, handler: Handler): void {
  const isPlain = chosen.type === 'bpmn:Task';
  const shape = isPlain ? part(modeler, 'bpmnReplace').replaceElement(chosen, { type: 'bpmn:ServiceTask' }) : chosen;
  part(modeler, 'modeling').updateProperties(shape, {
    ...Object.fromEntries(OTHER_WAYS.map((name) => [name, undefined])),
    'camunda:delegateExpression': `\${${handler.name}}`,
    extensionElements: withInputs(modeler, shape, handler),
  });
  part(modeler, 'selection').select(shape);
}

function withInputs(modeler: Modeler, shape: Shape, handler: Handler): Moddle {
  const create = (type: string, properties: object, parent?: Moddle): Moddle => {
    const made = part(modeler, 'bpmnFactory').create(type, properties) as Moddle;
    if (parent) made.$parent = parent;
    return made;
  };
  const before = shape.businessObject.get('extensionElements') as Moddle | undefined;
  const values = (before?.get('values') as Moddle[] | undefined) ?? [];
  const known = values.find((value) => value.$type === 'camunda:InputOutput');
  const inputs = (known?.get('inputParameters') as Moddle[] | undefined) ?? [];
  const names = new Set(inputs.map((input) => input.get('name')));
  const missing = handler.parameters.filter((parameter) => parameter.is_required && !names.has(parameter.name));
  const extension = create('bpmn:ExtensionElements', {}, shape.businessObject as unknown as Moddle);
  const mapping = create('camunda:InputOutput', { outputParameters: known?.get('outputParameters') ?? [] }, extension);
  const added = missing.map((parameter) => create('camunda:InputParameter', { name: parameter.name }, mapping));
  Object.assign(mapping, { inputParameters: [...inputs, ...added] });
  const others = values.filter((value) => value !== known);
  const isNeeded = known !== undefined || added.length > 0;
  return Object.assign(extension, { values: isNeeded ? [...others, mapping] : others });
}
