import { useEffect, useState } from 'react';
import { answered } from '../api/problems';
import { Check } from './fields';
import { type PrivacyNotice, service } from './service';
import { useTexts } from './texts';

/** The notice in force; `null` until it is there. */
export function useNotice(): PrivacyNotice | null {
  const [notice, setNotice] = useState<PrivacyNotice | null>(null);
  useEffect(() => {
    answered(service.GET('/api/privacy-notice')).then(setNotice, () => undefined); // sending tells of an outage
  }, []);
  return notice;
}

interface PrivacyProps {
  notice: PrivacyNotice | null;
  isAgreed: boolean;
  wantsSurvey: boolean;
  error: string | undefined;
  onChange: (change: { isAgreed?: boolean; wantsSurvey?: boolean }) => void;
}

/** What happens to the data, before anything is sent. */
export function Privacy({ notice, isAgreed, wantsSurvey, error, onChange }: PrivacyProps) {
  const { t, pick } = useTexts();
  return (
    <section className="card" aria-labelledby="privacy">
      <h2 id="privacy">{t('privacy.title')}</h2>
      <p>{notice === null ? '…' : pick(notice)}</p>
      <Check name="agree" label={t('privacy.agree')} value={isAgreed} error={error} onChange={(value) => { onChange({ isAgreed: value }); }} />
      <Check name="survey" label={t('privacy.survey')} value={wantsSurvey} onChange={(value) => { onChange({ wantsSurvey: value }); }} />
    </section>
  );
}
