import type { Catalogue } from '../useModels';
import { descriptionOf, fieldLabel, kindsLabel } from './panel/labels';

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
        label: `${fieldLabel(parameter.name, language)}${parameter.is_required ? ' *' : ''}`,
        description: `${parameter.name} ${kindsLabel(parameter.kinds, language)}`.trim(),
        type: 'String',
        ...(parameter.is_required ? { constraints: { notEmpty: true } } : { optional: true }),
        binding: { type: 'camunda:inputParameter', name: parameter.name },
      })),
      ...handler.outputs.map((output) => ({
        label: `→ ${fieldLabel(output, language)}`,
        description: output,
        type: 'String',
        optional: true,
        binding: { type: 'camunda:outputParameter', source: `=${output}` },
      })),
    ],
  };
}
