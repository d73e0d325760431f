import { useTranslation } from 'react-i18next';

/** A moment in the reader's zone and language; the zone is named for who points at it. */
export function When({ at }: { at: string }) {
  const { i18n } = useTranslation();
  const moment = new Date(at);
  const short = moment.toLocaleString(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <time dateTime={at} title={moment.toLocaleString(i18n.language, { dateStyle: 'full', timeStyle: 'long' })}>
      {short}
    </time>
  );
}
