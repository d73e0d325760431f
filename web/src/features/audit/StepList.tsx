import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useInLanguage } from '../../ui/inLanguage';
import { useTimes } from '../../ui/times';
import type { ElementInstance, Step } from './useReplay';

/** Whether a person did it though no diagram asked for it, or something failed or was refused. */
export function isRemarkable(step: Step): 'manual' | 'failure' | null {
  if (step.kind === 'failure') return 'failure';
  return step.kind === 'manual' && step.actor.startsWith('person:') ? 'manual' : null;
}

interface Props {
  steps: readonly Step[];
  index: number;
  elements: ReadonlyMap<string, ElementInstance>;
  nameOf: (subject: string | null) => string;
  onSelect: (index: number) => void;
}

/** The same as the diagram, in words: every step, the current one marked. */
export function StepList({ steps, index, elements, nameOf, onSelect }: Props) {
  const { t, i18n } = useTranslation('audit');
  const times = useTimes();
  const said = useInLanguage();
  const list = useRef<HTMLOListElement>(null);
  const isChinese = i18n.language.startsWith('zh');
  useEffect(() => {
    const current = list.current?.querySelector<HTMLElement>('[aria-current=step]');
    const box = list.current;
    if (!current || !box) return;
    const top = current.offsetTop - box.offsetTop;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + current.offsetHeight > box.scrollTop + box.clientHeight) box.scrollTop = top + current.offsetHeight - box.clientHeight;
  }, [index]);
  return (
    <ol className="steps" aria-label={t('replay.steps')} ref={list}>
      {steps.map((step, place) => {
        const mark = isRemarkable(step);
        const element = step.task_id === null ? undefined : elements.get(step.task_id);
        return (
          <li key={step.seq} aria-current={place === index ? 'step' : undefined} className={mark ? `is-${mark}` : undefined}>
            <button type="button" onClick={() => onSelect(place)}>
              <time dateTime={step.at} title={times.zoned(step.at)}>
                {times.on(step.at)}
              </time>
              <span>
                {isChinese ? step.text_zh : step.text_en}
                {mark && <b className="step-mark">{t(`mark.${mark}`)}</b>}
                <small>
                  {[said(element?.element_name), nameOf(step.actor)].filter(Boolean).join(' · ')}
                </small>
              </span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
