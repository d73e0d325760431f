import { Group } from '@bpmn-io/properties-panel';
import { part, type Shape } from '../diagram';
import { checkEntry, type Choice, type Entry, type Group as PanelGroup, offered, selectEntry, textEntry } from './entries';
import type { House } from './handlerGroup';
import { create, type Moddle, propertyOf, setProperty } from './moddle';

const MESSAGES = new Set(['bpmn:ReceiveTask', 'bpmn:SendTask']);
const STRANGERS = ['=previous_investigators()', '=accused_people()'];

/** What the engine reads and the library has no field for, for the element that is selected. */
export function houseGroups(shape: Shape, house: House): PanelGroup[] {
  const { t } = house;
  const groups: [id: string, label: string, entries: Entry[]][] = [
    ['house-duties', t('panel.duties.title'), shape.type === 'bpmn:UserTask' ? duties(shape, house) : []],
    ['house-correlation', t('panel.correlation.title'), isMessage(shape) ? correlation(shape, house) : []],
    ['house-lane', t('panel.lane.title'), shape.type === 'bpmn:Lane' ? lane(shape, house) : []],
    ['house-gateway', t('panel.gateway.title'), shape.type === 'bpmn:ComplexGateway' ? [activation(shape, house)] : []],
    ['house-adhoc', t('panel.adhoc.title'), shape.type === 'bpmn:AdHocSubProcess' ? adHoc(shape, house) : []],
    ['house-loop', t('panel.loop.title'), loop(shape, house)],
  ];
  return groups.filter(([, , entries]) => entries.length > 0).map(([id, label, entries]) => ({ id, label, entries, component: Group }));
}

function isMessage(shape: Shape): boolean {
  const events = (shape.businessObject.get('eventDefinitions') as Moddle[] | undefined) ?? [];
  return MESSAGES.has(shape.type) || events.some((event) => event.$type === 'bpmn:MessageEventDefinition');
}

function property(shape: Shape, { modeler }: House, name: string, label: string, description: string): Entry {
  return textEntry({
    id: `house-property-${name}`,
    label,
    description,
    debounce: modeler.get('debounceInput'),
    read: () => propertyOf(shape, name),
    write: (value) => {
      setProperty(modeler, shape, name, value);
    },
  });
}

function duties(shape: Shape, house: House): Entry[] {
  const { t, modeler } = house;
  const others = part(modeler, 'elementRegistry')
    .getAll()
    .filter((each) => each.type === 'bpmn:UserTask' && each.id !== shape.id)
    .map(({ id, businessObject }) => ({ value: id, label: businessObject.name ?? id }));
  const offer = (choices: readonly Choice[]) => ({ label: t('panel.choose'), choices, isAdded: true });
  const separate = property(shape, house, 'separate_from', t('panel.duties.separate'), t('panel.duties.separateHint'));
  const excluded = property(shape, house, 'excluded_people', t('panel.duties.excluded'), t('panel.duties.excludedHint'));
  return [
    others.length > 0 ? offered(separate, offer(others)) : separate,
    offered(excluded, { ...offer(STRANGERS.map((value) => ({ value, label: value }))), isAdded: false }),
    property(shape, house, 'separation_rule', t('panel.duties.rule'), t('panel.duties.ruleHint')),
  ];
}

function correlation(shape: Shape, house: House): Entry[] {
  return [property(shape, house, 'correlation_key', house.t('panel.correlation.key'), house.t('panel.correlation.hint'))];
}

function lane(shape: Shape, house: House): Entry[] {
  const { t, modeler, choices } = house;
  const entry = textEntry({
    id: 'house-lane-group',
    label: t('panel.lane.group'),
    description: t('panel.lane.hint'),
    debounce: modeler.get('debounceInput'),
    read: () => propertyOf(shape, 'candidate_group'),
    write: (value) => {
      setProperty(modeler, shape, 'candidate_group', value);
    },
  });
  return [offered(entry, { label: t('panel.choose'), ...choices.ofField('house-lane-group', shape) })];
}

function activation(shape: Shape, house: House): Entry {
  const { t } = house;
  return expression(house, shape, 'activationCondition', t('panel.gateway.condition'), t('panel.gateway.hint'), element(shape));
}

function adHoc(shape: Shape, house: House): Entry[] {
  const { t, modeler } = house;
  return [
    selectEntry({
      id: 'house-ordering',
      label: t('panel.adhoc.ordering'),
      choices: [
        { value: 'Parallel', label: t('panel.adhoc.parallel') },
        { value: 'Sequential', label: t('panel.adhoc.sequential') },
      ],
      read: () => (element(shape).get('ordering') as string | undefined) ?? 'Parallel',
      write: (ordering) => {
        part(modeler, 'modeling').updateProperties(shape, { ordering });
      },
    }),
    checkEntry({
      id: 'house-manual',
      label: t('panel.adhoc.manual'),
      read: () => propertyOf(shape, 'ad_hoc_start') === 'manual',
      write: (isOn) => {
        setProperty(modeler, shape, 'ad_hoc_start', isOn ? 'manual' : '');
      },
    }),
  ];
}

/** How a loop ends, or what a multi-instance collects. */
function loop(shape: Shape, house: House): Entry[] {
  const { t, modeler } = house;
  const found = shape.businessObject.get('loopCharacteristics') as Moddle | undefined;
  if (found?.$type === 'bpmn:MultiInstanceLoopCharacteristics') return results(shape, house, found);
  if (found?.$type !== 'bpmn:StandardLoopCharacteristics') return [];
  return [
    expression(house, shape, 'loopCondition', t('panel.loop.condition'), t('panel.loop.conditionHint'), found),
    checkEntry({
      id: 'house-test-before',
      label: t('panel.loop.before'),
      read: () => found.get('testBefore') === true,
      write: (testBefore) => {
        part(modeler, 'modeling').updateModdleProperties(shape, found, { testBefore });
      },
    }),
    textEntry({
      id: 'house-maximum',
      label: t('panel.loop.maximum'),
      debounce: modeler.get('debounceInput'),
      problem: (value) => (value === '' || /^[1-9]\d*$/.test(value) ? null : t('panel.loop.maximumHint')),
      read: () => String(found.get('loopMaximum') ?? ''),
      write: (value) => {
        if (value !== '' && !/^[1-9]\d*$/.test(value)) return;
        part(modeler, 'modeling').updateModdleProperties(shape, found, { loopMaximum: value === '' ? undefined : Number(value) });
      },
    }),
  ];
}

/** Each instance's value of one variable is collected in a data object that is drawn beside it. */
function results(shape: Shape, house: House, found: Moddle): Entry[] {
  const { t, modeler } = house;
  const before = found.get('loopDataOutputRef') as { id: string } | undefined;
  const drawn = part(modeler, 'elementRegistry')
    .getAll()
    .filter((each) => each.type === 'bpmn:DataObjectReference' && each.labelTarget === undefined)
    .map((each) => each.businessObject.get('dataObjectRef') as { id: string } | undefined)
    .filter((each) => each !== undefined);
  const choices = [...new Map([...(before ? [before] : []), ...drawn].map((each) => [each.id, each])).values()];
  const write = (properties: object) => {
    part(modeler, 'modeling').updateModdleProperties(shape, found, properties);
  };
  return [
    selectEntry({
      id: 'house-collected',
      label: t('panel.loop.collected'),
      description: choices.length > 0 ? t('panel.loop.collectedHint') : t('panel.loop.noData'),
      choices: [{ value: '', label: t('panel.loop.nothing') }, ...choices.map(({ id }) => ({ value: id, label: id }))],
      read: () => before?.id ?? '',
      write: (id) => {
        write({ loopDataOutputRef: choices.find((each) => each.id === id) });
      },
    }),
    textEntry({
      id: 'house-collected-item',
      label: t('panel.loop.item'),
      description: t('panel.loop.itemHint'),
      debounce: modeler.get('debounceInput'),
      read: () => ((found.get('outputDataItem') as Moddle | undefined)?.get('name') as string | undefined) ?? '',
      write: (name) => {
        const item = found.get('outputDataItem') as { id?: string } | undefined;
        const made = create(modeler, 'bpmn:DataOutput', { id: item?.id ?? `${shape.id}_item`, name }, found);
        write({ outputDataItem: name === '' ? undefined : made });
      },
    }),
  ];
}

function expression(house: House, shape: Shape, name: string, label: string, description: string, owner: Moddle): Entry {
  const { modeler } = house;
  return textEntry({
    id: `house-${name}`,
    label,
    description,
    debounce: modeler.get('debounceInput'),
    read: () => ((owner.get(name) as Moddle | undefined)?.get('body') as string | undefined) ?? '',
    write: (body) => {
      const made = create(modeler, 'bpmn:FormalExpression', { body }, owner);
      part(modeler, 'modeling').updateModdleProperties(shape, owner, { [name]: body === '' ? undefined : made });
    },
  });
}

function element(shape: Shape): Moddle {
  return shape.businessObject as unknown as Moddle;
}
