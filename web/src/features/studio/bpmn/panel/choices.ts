import type { Names } from '../../editing';
import { FILE_KIND, type Model } from '../../useModels';
import type { Shape } from '../diagram';
import type { Choice } from './entries';

/** What there is to choose from, for a field of the panel by its id, or an input of a handler by its name. */
export interface Choices {
  ofField: (id: string, shape: Shape) => { choices: readonly Choice[]; isAdded?: boolean };
  ofInput: (name: string) => readonly Choice[];
}

const PRIORITY = /\.p[1-4]$/;
const TIMES = new Set(['duration', 'share']);
const PEOPLE = ['=dept_group("lead")', '=dept_group("member")', '=customer_group()'];
const NOTHING = { choices: [] };

export function choicesOf(names: Names, language: string): Choices {
  const commitments = commitmentsOf(names, language);
  const calls = (call: string) => commitments.filter(isTime).map(({ key, label }) => ({ value: `=${call}("${key}")`, label: `${call} · ${label}` }));
  const deadlines = calls('deadline');
  const warnings = calls('warning');
  const groups = names.groups.map(({ id, name }) => ({ value: id, label: `${name} (${id})` }));
  const fields: Readonly<Record<string, { choices: readonly Choice[]; isAdded?: boolean }>> = {
    formRef: { choices: keysOf(names, 'form') },
    decisionRef: { choices: keysOf(names, 'decision') },
    calledElement: { choices: keysOf(names, 'process') },
    candidateGroups: { choices: [...groups, ...PEOPLE.map(plain)], isAdded: true },
    messageName: { choices: names.catalogue.messages.map(plain) },
    signalName: { choices: names.catalogue.signals.map(plain) },
    dueDate: { choices: deadlines },
    followUpDate: { choices: warnings },
    delegateExpression: { choices: names.catalogue.handlers.map(({ name }) => plain(`\${${name}}`)) },
    'house-lane-group': { choices: groups },
  };
  return {
    ofField: (id, shape) => {
      if (id.endsWith('timerEventDefinitionValue')) return { choices: timersOf(shape) };
      return fields[id.endsWith('-delegateExpression') ? 'delegateExpression' : id] ?? NOTHING;
    },
    ofInput: (name) => {
      if (name === 'group') return groups;
      if (name === 'template') return names.templates.map(({ key, subject }) => ({ value: key, label: `${subject} (${key})` }));
      if (name === 'commitment') return commitments.filter(isTime).map(({ key, label }) => ({ value: key, label }));
      return name === 'priority' ? ['P1', 'P2', 'P3', 'P4'].map(plain) : [];
    },
  };

  function timersOf(shape: Shape): readonly Choice[] {
    const [timer] = (shape.businessObject.get('eventDefinitions') as { get: (name: string) => unknown }[] | undefined) ?? [];
    if (timer?.get('timeDate') !== undefined) return [...deadlines, ...warnings];
    const isCycle = timer?.get('timeCycle') !== undefined;
    return commitments
      .filter(({ kind }) => (isCycle ? kind === 'cycle' : kind === 'duration'))
      .map(({ key, label }) => ({ value: `=setting("${key}")`, label }));
  }
}

interface Promised {
  key: string;
  kind: string;
  label: string;
}

/** One line for each commitment that a diagram names; those of the four priorities are one. */
function commitmentsOf(names: Names, language: string): Promised[] {
  const found = new Map<string, Promised>();
  for (const { key, kind, name_zh: chinese, name_en: english } of names.commitments) {
    const named = key.replace(PRIORITY, '');
    if (!found.has(named)) found.set(named, { key: named, kind, label: `${language.startsWith('zh') ? chinese : english} (${named})` });
  }
  return [...found.values()];
}

function isTime({ kind }: Promised): boolean {
  return TIMES.has(kind);
}

function plain(value: string): Choice {
  return { value, label: value };
}

function keysOf(names: Names, kind: Model['kind']): Choice[] {
  const deployed = names.models.filter((model) => model.kind === kind).map(({ key, title }) => ({ key, title }));
  const known = new Set(deployed.map(({ key }) => key));
  const drawn = names.drafts
    .filter((draft) => draft.kind === FILE_KIND[kind])
    .flatMap(({ keys, title }) => keys.map((key) => ({ key, title })));
  return [...deployed, ...drawn.filter(({ key }) => !known.has(key))].map(({ key, title }) => ({
    value: key,
    label: title === null ? key : `${title} (${key})`,
  }));
}
