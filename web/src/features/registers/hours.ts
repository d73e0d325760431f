const SPAN = /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

/** A day's spans as people write them: `09:00-12:00, 13:00-18:00`; nothing is a day off. */
export function written(spans: readonly (readonly string[])[]): string {
  return spans.map((span) => span.join('-')).join(', ');
}

/** The spans of such a text; null when it is none. */
export function read(text: string): string[][] | null {
  const parts = text
    .split(/[,，;；]/)
    .map((part) => part.trim().replace(/\s*[-–—~至]\s*/, '-'))
    .filter((part) => part !== '');
  return parts.every((part) => SPAN.test(part)) ? parts.map((part) => part.split('-')) : null;
}
