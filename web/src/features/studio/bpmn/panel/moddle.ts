import type Modeler from 'bpmn-js/lib/Modeler';
import { part, type Shape } from '../diagram';

/** An element of the file, as the library reads and writes it. */
export interface Moddle {
  $type: string;
  get: (name: string) => unknown;
  set: (name: string, value: unknown) => void;
  $parent?: Moddle;
}

export const INPUT = 'camunda:InputParameter';
export const OUTPUT = 'camunda:OutputParameter';
const LISTS = { [INPUT]: 'inputParameters', [OUTPUT]: 'outputParameters' } as const;
type Parameter = keyof typeof LISTS;

/** The input or output parameters of an element, in their order. */
export function parametersOf(shape: Shape, type: Parameter): readonly Moddle[] {
  return many(extensionOf(shape, 'camunda:InputOutput'), LISTS[type]);
}

/** Put these in the place of the parameters there are. */
export function setParameters(modeler: Modeler, shape: Shape, type: Parameter, parameters: readonly Moddle[]): void {
  update(modeler, shape, withParameters(modeler, shape, { [type]: parameters }));
}

/** The extensions of an element with these parameters; without any left, nothing of them stays in the file. */
export function withParameters(modeler: Modeler, shape: Shape, changed: Partial<Record<Parameter, readonly Moddle[]>>) {
  const lists = {
    inputParameters: changed[INPUT] ?? parametersOf(shape, INPUT),
    outputParameters: changed[OUTPUT] ?? parametersOf(shape, OUTPUT),
  };
  const isNeeded = lists.inputParameters.length + lists.outputParameters.length > 0;
  return withExtension(modeler, shape, 'camunda:InputOutput', isNeeded ? lists : null);
}

/** A property of `camunda:properties`. */
export function propertyOf(shape: Shape, name: string): string {
  const found = many(extensionOf(shape, 'camunda:Properties'), 'values').find((each) => each.get('name') === name);
  return (found?.get('value') as string | undefined) ?? '';
}

export function setProperty(modeler: Modeler, shape: Shape, name: string, value: string): void {
  const before = many(extensionOf(shape, 'camunda:Properties'), 'values');
  const place = before.findIndex((each) => each.get('name') === name);
  const others = before.filter((each) => each.get('name') !== name);
  if (value !== '') others.splice(place < 0 ? others.length : place, 0, create(modeler, 'camunda:Property', { name, value }));
  update(modeler, shape, withExtension(modeler, shape, 'camunda:Properties', others.length > 0 ? { values: others } : null));
}

export function create(modeler: Modeler, type: string, properties: object, parent?: Moddle): Moddle {
  const made = part(modeler, 'bpmnFactory').create(type, properties) as Moddle;
  if (parent) made.$parent = parent;
  return made;
}

function extensionOf(shape: Shape, type: string): Moddle | undefined {
  return extensionsOf(shape).find((each) => each.$type === type);
}

function update(modeler: Modeler, shape: Shape, extensionElements: Moddle | undefined): void {
  part(modeler, 'modeling').updateProperties(shape, { extensionElements });
}

/** What else there is stays as it is, where it is. */
function withExtension(
  modeler: Modeler,
  shape: Shape,
  type: string,
  properties: Record<string, readonly Moddle[]> | null,
): Moddle | undefined {
  const extensions = create(modeler, 'bpmn:ExtensionElements', {}, shape.businessObject as unknown as Moddle);
  const values = [...extensionsOf(shape)];
  const place = values.findIndex((each) => each.$type === type);
  const made = properties && create(modeler, type, properties, extensions);
  if (made) for (const each of Object.values(properties).flat()) each.$parent = made;
  values.splice(place < 0 ? values.length : place, place < 0 ? 0 : 1, ...(made ? [made] : []));
  return values.length > 0 ? Object.assign(extensions, { values }) : undefined;
}

function extensionsOf(shape: Shape): readonly Moddle[] {
  return many(shape.businessObject.get('extensionElements') as Moddle | undefined, 'values');
}

function many(from: Moddle | undefined, name: string): readonly Moddle[] {
  return (from?.get(name) as Moddle[] | undefined) ?? [];
}
