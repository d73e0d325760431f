import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import { ENTER_TAKES } from '../../ui/entering';
import type { Period } from './period';

interface Props {
  id: string;
  value?: Period;
  label: string;
  onChange?: (period: Period) => void;
}

/** Two days, and all between them. Either may be left open where a form does not ask for both. */
export function PeriodPicker({ id, value, label, onChange }: Props) {
  const { t } = useTranslation('audit');
  const { from = null, to = null } = value ?? {};
  const now = dayjs();
  const presets = [
    { label: t('period.month'), value: [now.startOf('month'), now] },
    { label: t('period.quarter'), value: [now.startOf('month').subtract(now.month() % 3, 'month'), now] },
    { label: t('period.year'), value: [now.startOf('year'), now] },
  ] satisfies { label: string; value: [dayjs.Dayjs, dayjs.Dayjs] }[];
  return (
    <DatePicker.RangePicker
      {...ENTER_TAKES}
      id={{ start: id, end: `${id}-to` }}
      allowEmpty={[true, true]}
      value={[from ? dayjs(from) : null, to ? dayjs(to) : null]}
      placeholder={[t('period.from'), t('period.to')]}
      aria-label={label}
      presets={presets}
      onChange={(days) => onChange?.({ from: days?.[0]?.format('YYYY-MM-DD') ?? null, to: days?.[1]?.format('YYYY-MM-DD') ?? null })}
    />
  );
}
