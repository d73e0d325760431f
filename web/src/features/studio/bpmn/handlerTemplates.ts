import type { Catalogue } from '../useModels';

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

/** Each registered handler as a template for the desktop Modeler: its name is fixed, its inputs are fields. */
export function templatesOf(catalogue: Catalogue): Template[] {
  return catalogue.handlers.map(templateOf);
}

function templateOf(handler: Handler): Template & Record<string, unknown> {
  return {
    $schema: SCHEMA,
    id: `opsflow.${handler.name}`,
    name: handler.name,
    description: handler.description,
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
