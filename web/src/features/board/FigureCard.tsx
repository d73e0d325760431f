import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Figure } from './useFigures';
import { useSpans } from './useSpans';

/** One figure: the number, whether it meets its target, what it means and what it is made of. */
export function FigureCard({ figure, onCases }: { figure: Figure; onCases: (() => void) | null }) {
  const { t, i18n } = useTranslation('board');
  const span = useSpans();
  const name = t(`figure.${figure.name}.name`);
  const percent = (value: number) =>
    new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 1 }).format(value / 100);
  const said = figure.value === null ? '—' : figure.unit === 'percent' ? percent(figure.value) : span(figure.value);
  return (
    <li className="figure" aria-label={name}>
      <h2>{name}</h2>
      <p className="figure-value">
        <b className={figure.is_met === false ? 'bad' : undefined}>{said}</b>
        {figure.target !== null && (
          <span className={figure.is_met === false ? 'bad' : 'figure-target'}>
            {figure.is_met !== null && <span aria-hidden>{figure.is_met ? '✓ ' : '! '}</span>}
            {t(figure.is_ceiling ? 'figures.atMost' : 'figures.atLeast', { target: percent(figure.target) })}
          </span>
        )}
      </p>
      <p className="figure-of">
        {figure.value === null
          ? t('figures.nothing')
          : figure.unit === 'seconds'
            ? t('figures.times', { p90: span(figure.p90), count: figure.denominator })
            : figure.numerator === null
              ? t('figures.answers', { count: figure.denominator })
              : t('figures.share', { numerator: figure.numerator, denominator: figure.denominator })}
      </p>
      <p className="figure-meaning">{t(`figure.${figure.name}.meaning`)}</p>
      {onCases && (
        <Button size="small" aria-label={t('figures.casesNamed', { name })} onClick={onCases}>
          {t('figures.cases')}
        </Button>
      )}
    </li>
  );
}
