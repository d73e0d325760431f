import { useTranslation } from 'react-i18next';
import { useCalendars } from './useCalendars';
import type { Commitment } from './useCommitments';

const DURATION = /^P(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const UNITS = ['month', 'day', 'hour', 'minute', 'second'] as const;

/** Names and values of the registers in the reader's language. */
export function useWording() {
  const { t, i18n } = useTranslation('registers');
  const isChinese = i18n.language.startsWith('zh');
  const calendars = useCalendars().data?.items ?? [];
  const nameOf = (one: { name_zh: string; name_en: string }) => (isChinese ? one.name_zh : one.name_en);
  const inWords = (value: string) => {
    const found = DURATION.exec(value)?.slice(1) ?? [];
    const parts = UNITS.flatMap((unit, index) => {
      const count = found[index];
      if (count === undefined) return [];
      return new Intl.NumberFormat(i18n.language, { style: 'unit', unit, unitDisplay: 'long' }).format(Number(count));
    });
    return parts.length > 0 ? parts.join(' ') : value;
  };
  return {
    nameOf,
    valueOf: (one: Commitment) => {
      if (one.kind === 'duration') return inWords(one.value);
      return one.kind === 'share' ? t('commitment.share', { value: one.value, of: one.share_of }) : one.value;
    },
    calendarOf: (key: string | null) => {
      if (key === null) return '—';
      if (key === 'always') return t('commitment.always');
      const found = calendars.find((one) => one.key === key);
      return found ? nameOf(found) : key;
    },
    calendars,
  };
}
