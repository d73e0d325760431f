import { useTranslation } from 'react-i18next';

/** A moment in the reader's zone; the zone is named for who points at it, or always. */
export function When({ at, isZoned = false }: { at: string; isZoned?: boolean }) {
  const { i18n } = useTranslation();
  const moment = new Date(at);
  const zone = isZoned ? ({ timeZoneName: 'short' } as const) : {};
  const short = moment.toLocaleString(i18n.language, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...zone,
  });
  return (
    <time dateTime={at} title={moment.toLocaleString(i18n.language, { dateStyle: 'full', timeStyle: 'long' })}>
      {short}
    </time>
  );
}
