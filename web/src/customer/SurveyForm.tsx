import { useState } from 'react';
import { Check, Choice, TextArea } from './fields';
import { service } from './service';
import { useTexts } from './texts';
import type { CaseState } from './useCase';

const DIMENSIONS = ['quality', 'efficiency', 'communication', 'overall'] as const;
const SCORES = ['1', '2', '3', '4', '5'].map((score) => [score, score] as const);

/** Four scores; nothing is chosen beforehand, so nothing is answered by accident. */
export function SurveyForm({ token, state }: { token: string; state: CaseState }) {
  const { t } = useTexts();
  const [scores, setScores] = useState<Partial<Record<(typeof DIMENSIONS)[number], string>>>({});
  const [comment, setComment] = useState('');
  const [wantsContact, setWantsContact] = useState(false);
  const [isTried, setTried] = useState(false);
  const send = () => {
    setTried(true);
    const { quality, efficiency, communication, overall } = scores;
    if (!quality || !efficiency || !communication || !overall) {
      requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-invalid="true"] input')?.focus());
      return;
    }
    const body = {
      quality: Number(quality), efficiency: Number(efficiency), communication: Number(communication), overall: Number(overall),
      comment: comment.trim() || null, contact_me: wantsContact,
    };
    void state.act(() => service.POST('/api/tracking/{token}/survey', { params: { path: { token } }, body }));
  };
  return (
    <form noValidate onSubmit={(event) => { event.preventDefault(); send(); }}>
      <p className="hint">{t('survey.scale')}</p>
      {DIMENSIONS.map((name) => (
        <Choice key={name} name={name} label={t(`survey.${name}`)} value={scores[name] ?? ''} options={SCORES} error={isTried && !scores[name] ? t('errors.required') : undefined} onChange={(score) => { setScores({ ...scores, [name]: score }); }} />
      ))}
      <TextArea name="comment" label={t('survey.comment')} isOptional value={comment} onChange={setComment} />
      <Check name="contact_me" label={t('survey.contact')} value={wantsContact} onChange={setWantsContact} />
      <button type="submit" className="primary" aria-disabled={state.isBusy}>
        {t('survey.send')}
      </button>
    </form>
  );
}
