import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { has, useIdentity } from '../../shell/session';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useTimes } from '../../ui/times';
import { useAddress } from '../../ui/useAddress';
import { BoardTabs } from './BoardTabs';
import { FigureCard } from './FigureCard';
import { FigureCases } from './FigureCases';
import { PeriodChoice } from './PeriodChoice';
import { usePeriod } from './periods';
import { useFigures } from './useFigures';
import './board.css';
import './figures.css';

/** How well the house did in a period: each figure with what it means, its target and the cases behind it. */
export default function FiguresPage() {
  const { t } = useTranslation('board');
  const times = useTimes();
  const [period, setPeriod] = usePeriod();
  const { query: search, set } = useAddress();
  const mayOpen = has(useIdentity(), 'supervise', 'audit');
  const figures = useFigures(period);
  const chosen = figures.data?.items.find((one) => one.name === search.get('figure'));
  const choose = (name: string | null) => set({ figure: name });
  return (
    <>
      <PageHeader title={t('figures.title')} subtitle={t('figures.subtitle')} />
      <BoardTabs />
      <div className="figure-controls" role="search">
        <PeriodChoice period={period} onChange={setPeriod} />
      </div>
      <ProblemAlert error={figures.error} onRetry={() => void figures.refetch()} />
      {figures.isPending && <Skeleton active paragraph={{ rows: 6 }} />}
      {figures.data && (
        <>
          <p className="figure-said">
            {t('figures.said', { since: times.zoned(figures.data.since), until: times.zoned(figures.data.until) })}
          </p>
          <ul className="figures" aria-label={t('figures.title')}>
            {figures.data.items.map((one) => (
              <FigureCard key={one.name} figure={one} onCases={mayOpen && one.denominator > 0 ? () => choose(one.name) : null} />
            ))}
          </ul>
        </>
      )}
      {chosen && mayOpen && <FigureCases figure={chosen} period={period} onClose={() => choose(null)} />}
    </>
  );
}
