import { useTranslation } from 'react-i18next';

/** Times in the reader's own zone: `on` a day and an hour, `clock` the hour alone, `zoned` with the zone named. */
export function useTimes() {
  const { i18n } = useTranslation('shell');
  const language = i18n.language;
  const format = (options: Intl.DateTimeFormatOptions) => (moment: string | null | undefined) =>
    moment ? new Intl.DateTimeFormat(language, options).format(new Date(moment)) : '';
  return {
    on: format({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    day: format({ year: 'numeric', month: 'short', day: 'numeric' }),
    clock: format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    zoned: format({
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'short',
    }),
  };
}
