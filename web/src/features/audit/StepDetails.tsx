import { SafetyCertificateOutlined } from '@ant-design/icons';
import { Button, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Fact } from '../../ui/Fact';
import { useInLanguage } from '../../ui/inLanguage';
import { useGroupNames } from '../../ui/names';
import { useTimes } from '../../ui/times';
import { DecisionTables } from './DecisionTable';
import { isWork } from './frames';
import { Proof } from './Proof';
import { isRemarkable } from './StepList';
import type { ElementInstance, State, Step } from './useReplay';
import { shown } from './values';

interface Props {
  step: Step;
  state: State;
  elements: ReadonlyMap<string, ElementInstance>;
  nameOf: (subject: string | null) => string;
}

/** One step: who, when, on whose behalf and why; what it changed; what was decided; what was open after it. */
export function StepDetails({ step, state, elements, nameOf }: Props) {
  const { t, i18n } = useTranslation('audit');
  const times = useTimes();
  const mark = isRemarkable(step);
  const isDecision = step.type.startsWith('decision.');
  const tables = state.decisions
    .filter((one) => !isDecision || one.seq === step.seq)
    .map((decision) => <DecisionTables key={decision.seq} decision={decision} />);
  return (
    <div className="step-details">
      <section aria-label={t('step.title')}>
        <h2>
          {i18n.language.startsWith('zh') ? step.text_zh : step.text_en}
          {mark && <Tag color={mark === 'failure' ? 'error' : 'warning'}>{t(`mark.${mark}`)}</Tag>}
        </h2>
        <dl>
          <Fact name={t('step.at')}>{times.zoned(step.at)}</Fact>
          <Fact name={t('step.who')}>{nameOf(step.actor)}</Fact>
          {step.on_behalf_of !== null && <Fact name={t('step.behalf')}>{nameOf(step.on_behalf_of)}</Fact>}
          {step.reason !== null && <Fact name={t('step.why')}>{step.reason}</Fact>}
          <Fact name={t('step.event')}>
            <code>{step.type}</code> · {step.seq}/{state.last_seq}
          </Fact>
        </dl>
        <StepProof key={state.event.id} eventId={state.event.id} />
        {state.step_seq !== step.seq && <p className="note">{t('step.together', { seq: state.step_seq })}</p>}
      </section>
      {isDecision && tables}
      <Changes state={state} elements={elements} />
      <Standing state={state} nameOf={nameOf} />
      <Waiting state={state} elements={elements} />
      {!isDecision && tables}
    </div>
  );
}

/** The proof of the step's own event, when it is asked for. */
function StepProof({ eventId }: { eventId: number }) {
  const { t } = useTranslation('audit');
  const [isAsked, setAsked] = useState(false);
  if (isAsked) return <Proof eventId={eventId} />;
  return (
    <Button size="small" className="prove" icon={<SafetyCertificateOutlined />} onClick={() => setAsked(true)}>
      {t('proof.ask')}
    </Button>
  );
}

function Changes({ state, elements }: { state: State; elements: Props['elements'] }) {
  const { t } = useTranslation('audit');
  const said = useInLanguage();
  return (
    <section aria-label={t('changes.title')}>
      <h3>
        {t('changes.title')} <small>{state.changes.length}</small>
      </h3>
      {state.changes.length === 0 ? (
        <p className="note">{t('changes.none')}</p>
      ) : (
        <ul className="changes">
          {state.changes.map((change) => (
            <li key={`${change.task_id ?? ''} ${change.name}`}>
              <code>{change.name}</code>
              {change.task_id !== null && <small>{said(elements.get(change.task_id)?.element_name)}</small>}
              <div>
                {!change.is_new && (
                  <>
                    <del>{shown(change.old)}</del>
                    <span aria-hidden> → </span>
                  </>
                )}
                {change.is_gone ? <em>{t('changes.gone')}</em> : <ins>{shown(change.new)}</ins>}
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Standing({ state, nameOf }: Pick<Props, 'state' | 'nameOf'>) {
  const { t } = useTranslation('audit');
  const said = useInLanguage();
  const times = useTimes();
  const groupOf = useGroupNames();
  const tasks = new Map(state.user_tasks.map((task) => [task.task_id, task]));
  const standing = state.tokens.filter(isWork);
  return (
    <section aria-label={t('standing.title')}>
      <h3>{t('standing.title')}</h3>
      {standing.length === 0 && <p className="note">{t(state.is_completed ? 'standing.ended' : 'standing.none')}</p>}
      <ul className="standing">
        {standing.map((token) => {
          const task = tasks.get(token.task_id);
          const whose = task && (task.assignee ? nameOf(task.assignee) : task.candidate_groups.map(groupOf).join(', '));
          return (
            <li key={token.task_id}>
              {said(token.element_name) || token.element_id}
              {token.is_parked && <Tag color="error">{t('mark.failure')}</Tag>}
              <small>{[whose, task?.due_at && t('standing.due', { at: times.on(task.due_at) })].filter(Boolean).join(' · ')}</small>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Waiting({ state, elements }: Pick<Props, 'state' | 'elements'>) {
  const { t } = useTranslation('audit');
  const said = useInLanguage();
  const times = useTimes();
  if (state.deadlines.length === 0 && state.subscriptions.length === 0) return null;
  const names = new Map(state.tokens.map((token) => [token.task_id, token.element_name]));
  const nameOf = (taskId: string, elementId: string) => said(names.get(taskId) ?? elements.get(taskId)?.element_name) || elementId;
  return (
    <section aria-label={t('waiting.title')}>
      <h3>{t('waiting.title')}</h3>
      <ul className="standing">
        {state.deadlines.map((due) => (
          <li key={`due ${due.task_id} ${due.kind}`}>
            {nameOf(due.task_id, due.element_id)}
            <small>{times.zoned(due.due_at)}</small>
          </li>
        ))}
        {state.subscriptions.map((wait) => (
          <li key={`wait ${wait.task_id} ${wait.name}`}>
            {nameOf(wait.task_id, wait.element_id)}
            <small>{t('waiting.for', { name: wait.name })}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}
