import { Drawer, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Blank } from '../../ui/Blank';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useTimes } from '../../ui/times';
import type { Period } from './periods';
import { type Figure, useFigureCases } from './useFigures';
import { useSpans } from './useSpans';

/** The cases that count against a figure; of times, those that took longest. */
export function FigureCases({ figure, period, onClose }: { figure: Figure; period: Period; onClose: () => void }) {
  const { t } = useTranslation('board');
  const times = useTimes();
  const span = useSpans();
  const cases = useFigureCases(figure.name, period);
  return (
    <Drawer open size={420} title={t(`figure.${figure.name}.name`)} onClose={onClose}>
      <p>{t(figure.unit === 'seconds' ? 'figures.longest' : `figure.${figure.name}.against`)}</p>
      <ProblemAlert error={cases.error} onRetry={() => void cases.refetch()} />
      {cases.isPending && <Skeleton active />}
      {cases.data?.items.length === 0 && <Blank title={t('figures.none')} />}
      <ol className="figure-cases">
        {cases.data?.items.map((one) => (
          <li key={`${one.case_number} ${one.at}`}>
            <Link to={`/cases/${one.case_number}`}>{one.case_number}</Link>
            <span>{one.seconds === null ? times.on(one.at) : span(one.seconds)}</span>
          </li>
        ))}
      </ol>
      {cases.data && !cases.data.is_whole && <p>{t('figures.more', { count: cases.data.items.length })}</p>}
    </Drawer>
  );
}
