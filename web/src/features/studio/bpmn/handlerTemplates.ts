import type { Catalogue } from '../useModels';
import chinese from './handlers-zh.json';

type Handler = Catalogue['handlers'][number];

/** An element template of the Camunda dialect, as far as ours go. */
interface Template {
  id: string;
  name: string;
  description: string;
  appliesTo: readonly string[];
  properties: readonly object[];
}

const SCHEMA = 'https://unpkg.com/@camunda/element-templates-json-schema/resources/schema.json';

/** What a handler does: the service says it in English, we know most of them in Chinese. */
export function descriptionOf(handler: Handler, language: string): string {
  const known: Readonly<Record<string, string>> = chinese;
  return (language.startsWith('zh') ? known[handler.name] : undefined) ?? handler.description;
}

/** Each registered handler as a template for the desktop Modeler: its name is fixed, its inputs are fields. */
export function templatesOf(catalogue: Catalogue, language: string): Template[] {
  return catalogue.handlers.map((handler) => templateOf(handler, language));
}

function templateOf(handler: Handler, language: string): Template & Record<string, unknown> {
  return {
    $schema: SCHEMA,
    id: `opsflow.${handler.name}`,
    name: handler.name,
    description: descriptionOf(handler, language),
    appliesTo: ['bpmn:Task', 'bpmn:ServiceTask', 'bpmn:SendTask'],
    elementType: { value: 'bpmn:ServiceTask' },
    entriesVisible: true,
    properties: [
      {
        type: 'Hidden',
        value: `\${${handler.name}}`,
        binding: { type: 'property', name: 'camunda:delegateExpression' },
      },
      ...handler.parameters.map((parameter) => ({
        label: parameter.is_required ? `${parameter.name} *` : parameter.name,
        description: parameter.kinds.join(' | '),
        type: 'String',
        ...(parameter.is_required ? { constraints: { notEmpty: true } } : { optional: true }),
        binding: { type: 'camunda:inputParameter', name: parameter.name },
      })),
    ],
  };
}
