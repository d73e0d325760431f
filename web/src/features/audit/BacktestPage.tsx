import { Progress, Skeleton } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import type { Mark } from '../../bpmn/Diagram';
import { TokenDiagram } from '../../bpmn/TokenDiagram';
import { useInLanguage } from '../../ui/inLanguage';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useTimes } from '../../ui/times';
import { useAddress } from '../../ui/useAddress';
import './audit.css';
import './backtest.css';
import { AuditNav } from './AuditNav';
import { BacktestCases } from './BacktestCases';
import { ChangedDecisions, MovedPromises } from './BacktestTables';
import { ReviewActions, Reviewed } from './Review';
import { type Behind, type Report, useBacktest, useTriedVersion, type Verdict } from './useBacktest';
import { useDiagram } from './useReplay';

const VERDICTS: readonly Verdict[] = ['identical', 'path_differs', 'input_missing', 'input_unused', 'error', 'erased'];

const NOTHING: Readonly<Record<keyof Behind, null>> = { verdict: null, element_id: null, decision: null, deadline: null };

/** What a version would have done with cases that have ended. */
export default function BacktestPage() {
  const { id = '' } = useParams();
  const { t } = useTranslation('audit');
  const said = useInLanguage();
  const times = useTimes();
  const { found, report } = useBacktest(id);
  const version = useTriedVersion(found.data);
  const [behind, setBehind] = useBehind();
  const running = found.data?.state === 'running' ? found.data : null;
  return (
    <>
      <PageHeader
        title={t('backtest.title', { name: said(version.data?.name) || (version.data?.key ?? '') })}
        subtitle={
          found.data &&
          version.data &&
          t('backtest.of', { version: version.data.version, count: found.data.total, at: times.zoned(found.data.created_at) })
        }
        actions={found.data && <ReviewActions backtest={found.data} />}
      />
      <AuditNav />
      {found.data && <Reviewed backtest={found.data} />}
      <ProblemAlert error={found.error ?? report.error} onRetry={() => void found.refetch()} />
      {running && (
        <Progress
          aria-label={t('backtest.progress')}
          percent={Math.floor((100 * running.tried) / Math.max(1, running.total))}
          format={() => `${String(running.tried)}/${String(running.total)}`}
        />
      )}
      {!report.data && !report.error && !found.error && <Skeleton active />}
      {report.data && (
        <>
          <Verdicts report={report.data} behind={behind} onBehind={setBehind} />
          <Diverging definitionId={version.data?.id} report={report.data} behind={behind} onBehind={setBehind} />
          <ChangedDecisions report={report.data} onBehind={setBehind} />
          <MovedPromises report={report.data} onBehind={setBehind} />
          <BacktestCases backtestId={id} behind={behind} onBehind={setBehind} />
        </>
      )}
    </>
  );
}

interface Chosen {
  report: Report;
  behind: Behind;
  onBehind: (behind: Behind) => void;
}

function Verdicts({ report, behind, onBehind }: Chosen) {
  const { t } = useTranslation('audit');
  return (
    <ul className="verdicts" aria-label={t('backtest.verdicts')}>
      {VERDICTS.map((verdict) => (
        <li key={verdict} className={`is-${verdict}`}>
          <button type="button" aria-pressed={behind.verdict === verdict && !behind.element_id} onClick={() => onBehind({ verdict })}>
            <b>{report.verdicts[verdict] ?? 0}</b>
            {t(`verdict.${verdict}`)}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Where cases first differ: on the diagram, and as a list. */
function Diverging({ definitionId, report, behind, onBehind }: Chosen & { definitionId: string | undefined }) {
  const { t } = useTranslation('audit');
  const { data: xml } = useDiagram(definitionId);
  const chosen = behind.element_id ?? null;
  const state = useMemo(() => {
    const tokens = new Map<string, number>();
    for (const one of report.elements) {
      if (one.element_id !== null) tokens.set(one.element_id, (tokens.get(one.element_id) ?? 0) + one.cases);
    }
    return { marks: new Map<string, Mark>([...tokens.keys()].map((id) => [id, 'incident'])), tokens, here: chosen };
  }, [report.elements, chosen]);
  const select = (id: string) => {
    if (state.tokens.has(id)) onBehind({ element_id: id });
  };
  return (
    <section className="diverging" aria-label={t('backtest.diverging')}>
      <h2>{t('backtest.diverging')}</h2>
      {report.elements.length === 0 && <p className="note">{t('backtest.none')}</p>}
      <div className="replay-stage">
        {xml === undefined ? <Skeleton active /> : <TokenDiagram xml={xml} state={state} label={t('backtest.diagram')} onSelect={select} />}
        <ul className="steps">
          {report.elements.map((one) => (
            <li
              key={`${one.element_id ?? ''} ${one.verdict}`}
              aria-current={one.element_id === chosen && one.verdict === behind.verdict ? 'step' : undefined}
            >
              <button type="button" onClick={() => onBehind({ verdict: one.verdict, ...(one.element_id ? { element_id: one.element_id } : {}) })}>
                <b>{t('backtest.cases', { count: one.cases })}</b>
                <span>
                  {one.element_id ?? t('backtest.nowhere')}
                  <small>{t(`verdict.${one.verdict}`)}</small>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

/** Which cases are shown; the address says it. */
function useBehind(): [Behind, (behind: Behind) => void] {
  const { query, set } = useAddress();
  const behind = useMemo(() => {
    const verdict = VERDICTS.find((one) => one === query.get('verdict'));
    const of = (name: string) => query.get(name) ?? undefined;
    return { verdict, element_id: of('element_id'), decision: of('decision'), deadline: of('deadline') };
  }, [query]);
  return [behind, (wanted) => set({ ...NOTHING, ...wanted })];
}
