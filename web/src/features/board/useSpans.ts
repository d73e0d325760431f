import { useTranslation } from 'react-i18next';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
const FEW_DAYS = 2 * DAY;

/** Spans of time in words, short: `3.5 hr`, `12 days`. Working time is never days, which would be of eight hours or 24. */
export function useSpans(isWorking = false): (seconds: number | null) => string {
  const { i18n } = useTranslation('board');
  const said = (value: number, unit: string) =>
    new Intl.NumberFormat(i18n.language, {
      style: 'unit',
      unit,
      unitDisplay: 'short',
      maximumFractionDigits: value < 10 ? 1 : 0,
    }).format(value);
  return (seconds) => {
    if (seconds === null) return '—';
    if (seconds < MINUTE) return said(Math.floor(seconds), 'second');
    if (seconds < HOUR) return said(seconds / MINUTE, 'minute');
    if (seconds < FEW_DAYS || isWorking) return said(seconds / HOUR, 'hour');
    return said(seconds / DAY, 'day');
  };
}
