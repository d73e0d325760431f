import type { TableRowSelection } from 'antd/es/table/interface';

/** The chosen objects that are still in the list: what an act is about is what the reader sees chosen. */
export function chosenOf<T extends { id: string }>(items: readonly T[] | undefined, ids: readonly string[]): T[] {
  return items?.filter((one) => ids.includes(one.id)) ?? [];
}

/** Boxes before each row, each with a name to be read out. */
export function selecting<T extends { id: string }>(
  t: (key: string, values?: Record<string, string>) => string,
  ids: readonly string[],
  setIds: (ids: string[]) => void,
  nameOf: (one: T) => string,
): TableRowSelection<T> {
  const named = (label: string) => ({ 'aria-label': label }) as object;
  return {
    selectedRowKeys: [...ids],
    onChange: (keys) => setIds(keys.map(String)),
    getTitleCheckboxProps: () => named(t('chooseAll')),
    getCheckboxProps: (one) => named(t('choose', { name: nameOf(one) })),
  };
}
