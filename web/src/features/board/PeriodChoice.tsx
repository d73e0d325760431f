import { DatePicker, Select } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Period, PRESETS } from './periods';

const OWN = 'own';

/** The last hour, day, week, month or quarter; or from one day to another, in the reader's zone. */
export function PeriodChoice({ period, onChange }: { period: Period; onChange: (period: Period) => void }) {
  const { t } = useTranslation('board');
  const [isOwn, setOwn] = useState(period.minutes === undefined);
  const isShown = isOwn || period.minutes === undefined;
  const days = period.since && period.until ? ([dayjs(period.since), dayjs(period.until).subtract(1, 'day')] as const) : null;
  return (
    <>
      <Select
        aria-label={t('period.label')}
        value={isShown ? OWN : String(period.minutes)}
        popupMatchSelectWidth={false}
        onChange={(value) => {
          setOwn(value === OWN);
          if (value !== OWN) onChange({ minutes: Number(value) });
        }}
        options={[
          ...PRESETS.map((one) => ({ value: String(one), label: t(`period.${String(one)}`) })),
          { value: OWN, label: t('period.own') },
        ]}
      />
      {isShown && (
        <DatePicker.RangePicker
          aria-label={t('period.days')}
          value={days ? [...days] : null}
          allowClear={false}
          onChange={(chosen) => {
            const [first, last] = chosen ?? [];
            if (!first || !last) return;
            onChange({ since: first.startOf('day').toISOString(), until: last.startOf('day').add(1, 'day').toISOString() });
          }}
        />
      )}
    </>
  );
}
