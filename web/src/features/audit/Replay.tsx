import { Skeleton } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { TokenDiagram } from '../../bpmn/TokenDiagram';
import { Blank } from '../../ui/Blank';
import { useInLanguage } from '../../ui/inLanguage';
import { useNames } from '../../ui/names';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useAddress } from '../../ui/useAddress';
import { drawn, frameOf, framesOf, placeOf } from './frames';
import { StepDetails } from './StepDetails';
import { StepList } from './StepList';
import { Transport } from './Transport';
import { type ElementInstance, type Step, useDiagram, useMoment, useSteps } from './useReplay';
import { type Pace, usePlayback, useReplayKeys } from './usePlayback';

/** A process instance from its first event to its last: diagram, list, and what each step changed. */
export function Replay({ instanceId }: { instanceId: string }) {
  const { t } = useTranslation('audit');
  const { steps, elements } = useSteps(instanceId);
  const byTask = useMemo(() => new Map(elements.data?.map((one) => [one.task_id, one])), [elements.data]);
  const error = steps.error ?? elements.error;
  if (error) return <ProblemAlert error={error} onRetry={() => void steps.refetch()} />;
  if (!steps.data || !elements.data) return <Skeleton active />;
  if (steps.data.length === 0) return <Blank title={t('replay.none')}>{t('replay.noneHint')}</Blank>;
  return <Played instanceId={instanceId} steps={steps.data} elements={byTask} />;
}

function Played(props: { instanceId: string; steps: readonly Step[]; elements: ReadonlyMap<string, ElementInstance> }) {
  const { instanceId, steps, elements } = props;
  const { t } = useTranslation('audit');
  const place = usePlace(steps, elements);
  const personOf = useNames(useMemo(() => steps.flatMap((step) => [step.actor, step.on_behalf_of]), [steps]));
  const nameOf = (subject: string | null) =>
    subject === 'public' ? t('who.public') : personOf(subject?.startsWith('system:') ? 'system' : subject);
  const { query, state } = useMoment(instanceId, steps, place.index);
  const step = steps[place.index] as Step;
  const shownPlace = useDrawn(step, state, query.data?.items ?? [], elements);
  const said = useInLanguage();
  const selectElement = (elementId: string) => {
    const found = nextAbout(elementId, steps, elements, place.index);
    if (found !== undefined) place.go(found);
  };
  const call = shownPlace.frame?.taskId;
  return (
    <div className="replay">
      <Transport steps={steps} {...place} onIndex={place.go} onElapsed={place.goTime} />
      <div className="replay-stage">
        <figure>
          <figcaption>{call ? t('replay.inside', { name: said(elements.get(call)?.element_name) }) : t('replay.whole')}</figcaption>
          {shownPlace.xml === undefined ? (
            <Skeleton active />
          ) : (
            <TokenDiagram xml={shownPlace.xml} state={shownPlace.drawing} label={t('replay.diagram')} onSelect={selectElement} />
          )}
        </figure>
        <StepList steps={steps} index={place.index} elements={elements} nameOf={nameOf} onSelect={place.go} />
      </div>
      <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
      {state ? <StepDetails step={step} state={state} elements={elements} nameOf={nameOf} /> : !query.error && <Skeleton active />}
    </div>
  );
}

/** The process that a step happened in, and what its diagram shows. */
function useDrawn(step: Step, state: Parameters<typeof frameOf>[1], states: Parameters<typeof framesOf>[0], elements: ReadonlyMap<string, ElementInstance>) {
  const frames = useMemo(() => framesOf(states, elements), [states, elements]);
  const frame = frameOf(step, state, elements, frames);
  const drawing = useMemo(
    () => (frame ? drawn(frame, step, state, elements) : { marks: new Map(), tokens: new Map(), here: null }),
    [frame, step, state, elements],
  );
  return { frame, drawing, xml: useDiagram(frame?.definitionId).data };
}

/** Where the reader is, which the address says too, and how it goes on. */
function usePlace(steps: readonly Step[], elements: ReadonlyMap<string, ElementInstance>) {
  const { query, set } = useAddress();
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);
  const [time, setTime] = useState<{ seq: number; elapsed: number } | null>(null);
  const last = steps.length - 1;
  const about = query.get('element');
  const begins = about === null ? 0 : (nextAbout(about, steps, elements, -1) ?? 0);
  const asked = Number(query.get('at') ?? steps[begins]?.seq);
  const index = Math.max(0, steps.findLastIndex((step) => step.seq <= asked));
  const pace: Pace = query.get('by') === 'time' ? 'time' : 'event';
  const begun = Date.parse(steps[0]?.at ?? '');
  const length = Date.parse(steps[last]?.at ?? '') - begun;
  const here = steps[index];
  const elapsed = time?.seq === here?.seq && time ? time.elapsed : Date.parse(here?.at ?? '') - begun;
  const say = (name: string, value: string) => set({ [name]: value }, { replace: true });
  const go = (wanted: number) => {
    const found = steps[Math.min(last, Math.max(0, wanted))];
    if (found && found.seq !== here?.seq) say('at', String(found.seq));
    if (wanted > last) setPlaying(false);
  };
  const goTime = (wanted: number) => {
    const found = steps[Math.max(0, steps.findLastIndex((step) => Date.parse(step.at) - begun <= wanted))];
    if (!found) return;
    setTime({ seq: found.seq, elapsed: Math.min(wanted, length) });
    if (found.seq !== here?.seq) say('at', String(found.seq));
    if (wanted >= length) setPlaying(false);
  };
  const toggle = () => {
    if (!isPlaying && index === last) {
      setTime(null);
      go(0);
    }
    setPlaying(!isPlaying);
  };
  usePlayback(isPlaying, pace, speed, () => go(index + 1), (share) => goTime(elapsed + share * length));
  useReplayKeys({ step: (by) => go(index + by), first: () => go(0), last: () => go(last), toggle });
  const onPace = (wanted: Pace) => say('by', wanted);
  return { index, pace, elapsed, isPlaying, speed, go, goTime, onToggle: toggle, onSpeed: setSpeed, onPace };
}

/** The next step about an element, from the current one on and round again. */
function nextAbout(elementId: string, steps: readonly Step[], elements: ReadonlyMap<string, ElementInstance>, from: number): number | undefined {
  const found = steps.flatMap((step, place) => (placeOf(step, elements).elementId === elementId ? [place] : []));
  return found.find((place) => place > from) ?? found[0];
}
