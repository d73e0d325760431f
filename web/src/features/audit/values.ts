/** A value as a reader sees it: text bare, everything else as JSON. */
export function shown(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  return JSON.stringify(value, null, typeof value === 'object' && value !== null ? 1 : undefined);
}
