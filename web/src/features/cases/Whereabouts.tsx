import { useQuery } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { answered } from '../../api/problems';
import { Diagram, type Mark } from '../../bpmn/Diagram';
import { useInLanguage } from '../../ui/inLanguage';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useTimes } from '../../ui/times';
import './cases.css';

/** A process instance on its diagram, and the same as a list: what was done, and where it stands. */
export default function Whereabouts(props: { instanceId: string; definitionId: string; elementId?: string }) {
  const { t } = useTranslation('cases');
  const said = useInLanguage();
  const times = useTimes();
  const diagram = useQuery({
    queryKey: ['diagram', props.definitionId],
    queryFn: async () => {
      const path = { definition_id: props.definitionId };
      return answered(api.GET('/api/process-definitions/{definition_id}/xml', { params: { path }, parseAs: 'text' }));
    },
    staleTime: Infinity,
  });
  const history = useQuery({
    queryKey: ['instances', props.instanceId, 'history'],
    queryFn: () => {
      const path = { instance_id: props.instanceId };
      return answered(api.GET('/api/process-instances/{instance_id}/history', { params: { path } }));
    },
  });
  const steps = useMemo(() => history.data?.items ?? [], [history.data]);
  const marks = useMemo(() => {
    const found = new Map<string, Mark>();
    for (const step of steps) found.set(step.element_id, markOf(step.state, step.ended_at));
    if (props.elementId && !found.has(props.elementId)) found.set(props.elementId, 'active');
    return found;
  }, [steps, props.elementId]);
  const focusId = props.elementId ?? steps.findLast((step) => markOf(step.state, step.ended_at) !== 'done')?.element_id;
  const shown = steps.filter((step) => step.element_name && !step.element_type.endsWith('Flow'));
  return (
    <div className="case-whereabouts">
      <ProblemAlert error={diagram.error ?? history.error} />
      {diagram.data === undefined ? (
        <Skeleton active />
      ) : (
        <Diagram xml={String(diagram.data)} marks={marks} label={t('diagram.label')} focusId={focusId} />
      )}
      <ol aria-label={t('diagram.steps')}>
        {shown.map((step) => {
          const mark = markOf(step.state, step.ended_at);
          return (
            <li key={step.task_id} className={`step-${mark}`}>
              <b aria-hidden>{mark === 'active' ? '▶' : mark === 'incident' ? '!' : '✓'}</b>
              <div>
                {said(step.element_name)}
                <small>
                  {t(`step.${mark}`)} · {times.on(step.ended_at ?? step.started_at)}
                </small>
              </div>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function markOf(state: string, endedAt: string | null): Mark {
  if (state === 'failed') return 'incident';
  return endedAt === null ? 'active' : 'done';
}
