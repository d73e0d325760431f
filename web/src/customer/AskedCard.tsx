import { useState } from 'react';
import { TextArea } from './fields';
import { type Asked, service } from './service';
import { SurveyForm } from './SurveyForm';
import { useTexts } from './texts';
import type { CaseState, Sending } from './useCase';

interface Question {
  yes: string;
  no: string;
  /** The label of what goes with "no"; `true` where it must be said. */
  why: [label: string, isNeeded: boolean];
  /** What happens when nothing is answered. */
  silence?: string;
}

const QUESTIONS: Record<string, Question> = {
  confirmation: { yes: 'asked.confirmed', no: 'asked.notSolved', why: ['asked.notSolvedReason', true], silence: 'asked.deemed' },
  offer: { yes: 'asked.accept', no: 'asked.refuse', why: ['asked.refuseReason', true] },
  consent: { yes: 'asked.agree', no: 'asked.disagree', why: ['asked.remarks', false], silence: 'asked.noConsent' },
  statement: { yes: 'asked.send', no: 'asked.decline', why: ['asked.declineReason', true] },
};

interface AskedCardProps {
  asked: Asked;
  token: string;
  state: CaseState;
}

/** One question, with what happens if it stays without an answer. */
export function AskedCard({ asked, token, state }: AskedCardProps) {
  const { t, at, pick } = useTexts();
  const question = QUESTIONS[asked.kind];
  return (
    <section className="card asked" aria-label={t('asked.title')}>
      <p className="flag">{t('asked.title')}</p>
      <h2>{pick({ zh: asked.text_zh, en: asked.text_en })}</h2>
      {asked.due_at !== null && <p className="hint">{t('asked.until', { at: at(asked.due_at) })}</p>}
      {question?.silence && <p className="hint">{t(question.silence)}</p>}
      {asked.kind === 'survey' && <SurveyForm token={token} state={state} />}
      {question && <Answer kind={asked.kind} question={question} token={token} state={state} />}
    </section>
  );
}

function Answer({ kind, question, token, state }: { kind: string; question: Question; token: string; state: CaseState }) {
  const { t } = useTexts();
  const [isRefusing, setRefusing] = useState(false);
  const [statement, setStatement] = useState('');
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string>();
  const isStatement = kind === 'statement';
  const [why, isWhyNeeded] = question.why;
  const [text, setText] = isStatement && !isRefusing ? [statement, setStatement] : [reason, setReason];
  const answer = (isYes: boolean) => {
    if (((!isYes && isWhyNeeded) || (isYes && isStatement)) && !text.trim()) {
      setError(t('errors.required'));
      requestAnimationFrame(() => document.querySelector<HTMLElement>('.asked [aria-invalid="true"]')?.focus());
      return;
    }
    setError(undefined);
    void state.act(() => send(kind, token, isYes, text.trim() || null));
  };
  const area = (label: string, isOptional: boolean) => (
    <TextArea name={kind} label={t(label)} isOptional={isOptional} value={text} error={error} onChange={setText} maxLength={isStatement ? 4_000 : 2_000} />
  );
  if (isRefusing) {
    return (
      <>
        {area(why, !isWhyNeeded)}
        <div className="row">
          <button type="button" className="primary" aria-disabled={state.isBusy} onClick={() => { answer(false); }}>
            {t('asked.send')}
          </button>
          <button type="button" className="quiet" onClick={() => { setRefusing(false); setError(undefined); }}>
            {t('asked.back')}
          </button>
        </div>
      </>
    );
  }
  return (
    <>
      {isStatement && area('asked.statement', false)}
      <div className="row">
        <button type="button" className="primary" aria-disabled={state.isBusy} onClick={() => { answer(true); }}>
          {t(question.yes)}
        </button>
        <button type="button" className="quiet" onClick={() => { setRefusing(true); setError(undefined); }}>
          {t(question.no)}
        </button>
      </div>
    </>
  );
}

function send(kind: string, token: string, isYes: boolean, text: string | null): Sending {
  const link = { params: { path: { token } } };
  switch (kind) {
    case 'offer':
      return service.POST('/api/tracking/{token}/offer', { ...link, body: { is_accepted: isYes, reason: text } });
    case 'consent':
      return service.POST('/api/tracking/{token}/consent', { ...link, body: { is_agreed: isYes, note: text } });
    case 'statement':
      return service.POST('/api/tracking/{token}/statement', { ...link, body: isYes ? { text } : { refusal_reason: text } });
    default:
      return service.POST('/api/tracking/{token}/confirmation', { ...link, body: { is_confirmed: isYes, reason: text } });
  }
}
