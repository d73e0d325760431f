import type Modeler from 'bpmn-js/lib/Modeler';
import type { TFunction } from 'i18next';
import type { Names } from '../../editing';
import type { Shape } from '../diagram';
import { choicesOf } from './choices';
import { type Entry, type Group, offered } from './entries';
import { handlerGroup, type House } from './handlerGroup';
import { houseGroups } from './houseGroups';

interface Panel {
  registerProvider: (priority: number, provider: { getGroups: (shape: Shape) => (groups: Group[]) => Group[] }) => void;
}

const AFTER_THE_LIBRARY = 400;
const BEHIND = ['CamundaPlatform__UserAssignment', 'multiInstance', 'message', 'documentation', 'general'];

/** Add what the house knows to the properties panel: handlers with their fields, rules, lists to choose from. */
export function registerHouse(modeler: Modeler, language: string, t: TFunction<'studio'>, names: () => Names): void {
  const house = (): House => {
    const known = names();
    return { modeler, language, t, choices: choicesOf(known, language), handlers: known.catalogue.handlers };
  };
  modeler.get<Panel>('propertiesPanel').registerProvider(AFTER_THE_LIBRARY, {
    getGroups: (shape) => (groups) => furnished(groups, shape, house()),
  });
}

function furnished(groups: Group[], shape: Shape, house: House): Group[] {
  const choose = house.t('panel.choose');
  const offer = (entry: Entry): Entry => {
    const found = house.choices.ofField(entry.id, shape);
    return found.choices.length > 0 ? offered(entry, { label: choose, ...found }) : entry;
  };
  const all = groups.map((group) => ({
    ...group,
    ...(group.entries ? { entries: group.entries.map(offer) } : {}),
    ...(group.items ? { items: group.items.map((item) => ({ ...item, entries: item.entries.map(offer) })) } : {}),
  }));
  const handler = handlerGroup(shape, house);
  const place = all.findIndex((group) => group.id === 'CamundaPlatform__Implementation');
  if (handler) all.splice(place < 0 ? 1 : place, 0, handler);
  const found = BEHIND.find((id) => all.some((group) => group.id === id));
  const behind = all.findIndex((group) => group.id === found);
  all.splice(behind + 1, 0, ...houseGroups(shape, house));
  return all;
}
