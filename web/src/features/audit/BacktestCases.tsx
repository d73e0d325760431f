import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { PagedList } from '../../ui/PagedList';
import { type Behind, useCasesBehind } from './useBacktest';

/** The cases behind a figure, each with where it first differs. */
export function BacktestCases(props: { backtestId: string; behind: Behind; onBehind: (behind: Behind) => void }) {
  const { t, i18n } = useTranslation('audit');
  const pages = useCasesBehind(props.backtestId, props.behind);
  const isChinese = i18n.language.startsWith('zh');
  const isNarrowed = Object.values(props.behind).some(Boolean);
  return (
    <section className="backtest-part" aria-label={t('backtest.behind')}>
      <h2>
        {t('backtest.behind')} {isNarrowed && <Button size="small" onClick={() => props.onBehind({})}>{t('backtest.all')}</Button>}
      </h2>
      <PagedList pages={pages} blank={<p className="note">{t('backtest.noCases')}</p>}>
        {(cases) => (
          <ul className="backtest-cases">
            {cases.map((one) => (
              <li key={one.position}>
                <Link to={`/audit/instances/${one.instance_id}${one.element_id === null ? '' : `?element=${encodeURIComponent(one.element_id)}`}`}>
                  {one.element_id === null ? t('backtest.replay') : t('backtest.replayAt', { element: one.element_id })}
                </Link>
                <code>{one.instance_id}</code>
                <span>{one.verdict === null ? t('verdict.waiting') : t(`verdict.${one.verdict}`)}</span>
                <small>{[one.element_id, isChinese ? one.detail_zh : one.detail].filter(Boolean).join(' · ')}</small>
              </li>
            ))}
          </ul>
        )}
      </PagedList>
    </section>
  );
}
