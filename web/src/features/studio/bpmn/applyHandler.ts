import type Modeler from 'bpmn-js/lib/Modeler';
import type { Catalogue } from '../useModels';
import { part, type Shape } from './diagram';
import { create, INPUT, OUTPUT, parametersOf, withParameters } from './panel/moddle';

export type Handler = Catalogue['handlers'][number];

const KINDS = new Set(['bpmn:Task', 'bpmn:ServiceTask', 'bpmn:SendTask', 'bpmn:BusinessRuleTask']);
const OTHER_WAYS = ['camunda:class', 'camunda:expression', 'camunda:type', 'camunda:topic', 'camunda:decisionRef'];

/** Whether what is selected may run a handler. */
export function takesHandler(shape: Shape | undefined): boolean {
  return shape !== undefined && KINDS.has(shape.type);
}

/**
 * Let a task run this handler: a plain task becomes a service task. Inputs it has stay, those it lacks are added, and
 * what only the handler `before` took or gave goes with it.
 */
export function applyHandler(modeler: Modeler, chosen: Shape, handler: Handler, before?: Handler): void {
  const isPlain = chosen.type === 'bpmn:Task';
  const shape = isPlain ? part(modeler, 'bpmnReplace').replaceElement(chosen, { type: 'bpmn:ServiceTask' }) : chosen;
  const takes = (name: string) => handler.accepts_any || handler.parameters.some((each) => each.name === name);
  const stale = new Set(before?.parameters.map(({ name }) => name).filter((name) => !takes(name)));
  const lost = new Set(before?.outputs.filter((name) => !handler.outputs.includes(name)).map((name) => `=${name}`));
  const inputs = parametersOf(shape, INPUT).filter((each) => !stale.has(each.get('name') as string));
  const outputs = parametersOf(shape, OUTPUT).filter((each) => !lost.has(each.get('value') as string));
  const names = new Set(inputs.map((input) => input.get('name')));
  const missing = handler.parameters.filter((parameter) => parameter.is_required && !names.has(parameter.name));
  const added = missing.map(({ name }) => create(modeler, INPUT, { name }));
  part(modeler, 'modeling').updateProperties(shape, {
    ...Object.fromEntries(OTHER_WAYS.map((name) => [name, undefined])),
    'camunda:delegateExpression': `\${${handler.name}}`,
    extensionElements: withParameters(modeler, shape, { [INPUT]: [...inputs, ...added], [OUTPUT]: outputs }),
  });
  part(modeler, 'selection').select(shape);
}
