import { Alert, Skeleton } from 'antd';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Blank } from '../../ui/Blank';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useTimes } from '../../ui/times';
import { BoardTabs } from './BoardTabs';
import { greatestOf, levelOf, valueOf } from './heat';
import { HeatControls } from './HeatControls';
import { HeatLegend } from './HeatLegend';
import { HeatList } from './HeatList';
import { useChosen, useDrawing, useHeat } from './useHeat';
import { useSpans } from './useSpans';
import './board.css';
import './heat.css';

const TokenDiagram = lazy(async () => ({ default: (await import('../../bpmn/TokenDiagram')).TokenDiagram }));
const NOTHING: [] = [];

/** Where the time of a process goes, on its diagram and as a list: how long, how late, how often. */
export default function HeatPage() {
  const { t } = useTranslation('board');
  const times = useTimes();
  const wanted = useChosen();
  const { chosen, period, put } = wanted;
  const heat = useHeat(chosen, period);
  const drawing = useDrawing(heat.data?.definition_id);
  const said = useSpans(chosen.isWorking);
  const elements = heat.data?.elements ?? NOTHING;
  const { measure, element } = chosen;
  const greatest = greatestOf(elements, measure);
  const isTime = measure === 'p90' || measure === 'median';
  const state = useMemo(() => {
    const hot = elements.flatMap((one) => {
      const value = valueOf(one, measure);
      const level = levelOf(value, greatest);
      return level === 0 || value === null ? [] : [{ id: one.element_id, level, sign: isTime ? said(value) : String(value) }];
    });
    return {
      marks: new Map(hot.map((one) => [one.id, `heat-${String(one.level)}`])),
      tokens: new Map(hot.map((one) => [one.id, one.sign])),
      here: element,
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `said` is made anew for each drawing and says the same
  }, [elements, measure, greatest, isTime, element, chosen.isWorking]);
  return (
    <>
      <PageHeader title={t('heat.title')} subtitle={t('heat.subtitle')} />
      <BoardTabs />
      <HeatControls {...wanted} />
      <ProblemAlert error={heat.error} onRetry={() => void heat.refetch()} />
      {heat.isPending && <Skeleton active paragraph={{ rows: 6 }} />}
      {heat.data && elements.length === 0 && <Blank title={t('heat.none')}>{t('heat.noneHint')}</Blank>}
      {heat.data && elements.length > 0 && (
        <>
          <p className="heat-said">
            {t('heat.said', {
              count: heat.data.instances,
              since: times.zoned(heat.data.since),
              until: times.zoned(heat.data.until),
            })}{' '}
            {t(chosen.isWorking ? 'heat.working' : 'heat.clock')}
          </p>
          {heat.data.is_sample && <Alert type="info" showIcon title={t('heat.sample', { count: heat.data.instances })} />}
          <HeatLegend greatest={greatest} say={(value) => (isTime ? said(value) : String(Math.floor(value)))} />
          <div className="heat">
            <div className="heat-diagram">
              <ProblemAlert error={drawing.error} />
              {drawing.data === undefined ? (
                <Skeleton active />
              ) : (
                <Suspense fallback={<Skeleton active />}>
                  <TokenDiagram xml={drawing.data} state={state} label={t('heat.diagram')} onSelect={(id) => put({ element: id })} />
                </Suspense>
              )}
            </div>
            <HeatList
              elements={elements}
              measure={measure}
              greatest={greatest}
              chosen={element}
              process={heat.data.definition_key}
              say={said}
              onChoose={(id) => put({ element: id })}
            />
          </div>
        </>
      )}
    </>
  );
}
