import { has, type Identity } from '../../shell/session';

export const LISTS = ['load', 'tasks', 'at_risk', 'broken', 'escalations', 'incidents'] as const;
export type List = (typeof LISTS)[number];

/** Whether the service would show this list to the person. */
export function maySee(identity: Identity, list: List): boolean {
  if (list === 'load') return has(identity, 'supervise', 'audit', 'overview');
  if (list === 'incidents') return has(identity, 'operate', 'supervise', 'audit');
  return list === 'escalations' || has(identity, 'supervise', 'audit');
}

/** The list of the address, or the first one the person may see. */
export function listOf(wanted: string | null, identity: Identity): List {
  const named = LISTS.find((one) => one === wanted && maySee(identity, one));
  return named ?? LISTS.find((one) => one !== 'escalations' && maySee(identity, one)) ?? 'escalations';
}
