import { useTranslation } from 'react-i18next';
import { boundOf, LEVELS } from './heat';

/** What each colour stands for; the number at an element says it exactly. */
export function HeatLegend({ greatest, say }: { greatest: number; say: (value: number) => string }) {
  const { t } = useTranslation('board');
  if (greatest <= 0) return <p className="heat-legend">{t('heat.cold')}</p>;
  return (
    <ol className="heat-legend" aria-label={t('heat.legend')}>
      {Array.from({ length: LEVELS }, (_, index) => index + 1).map((level) => (
        <li key={level}>
          <i className={`heat-sample heat-sample-${String(level)}`} aria-hidden>
            {level}
          </i>
          {t('heat.upTo', { value: say(boundOf(level, greatest)) })}
        </li>
      ))}
    </ol>
  );
}
