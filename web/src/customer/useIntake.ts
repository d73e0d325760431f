import { useState } from 'react';
import type { Language } from '../shell/preferences';
import { useNotice } from './Privacy';
import { useTexts } from './texts';
import { useDraft } from './useDraft';
import { type Answer, type Errors, useSubmission } from './useSubmission';
import { useUploads } from './useUploads';

/** What every new case is asked for beside its own fields. */
export interface Agreement {
  isAgreed: boolean;
  wantsSurvey: boolean;
}

export const NOT_AGREED: Agreement = { isAgreed: false, wantsSurvey: false };

interface Sent {
  headers: Record<string, string>;
  common: { channel: 'web_form'; consent_survey: boolean; privacy_notice_version: string | null; language: Language };
}

/** A new case on its way in: a draft that survives a reload, files that follow the case, sent once. */
export function useIntake<T extends Agreement>(name: string, empty: T, check: (said: T) => Errors, send: (said: T, sent: Sent) => Answer) {
  const { t, language } = useTexts();
  const notice = useNotice();
  const [values, change, clear] = useDraft(name, empty);
  const [files, setFiles] = useState<readonly File[]>([]);
  const { progress, failures, upload } = useUploads();
  const submission = useSubmission(
    (said: T) => ({ ...check(said), ...(said.isAgreed ? {} : { agree: t('errors.agree') }) }),
    (said: T, headers) =>
      send(said, {
        headers,
        common: { channel: 'web_form', consent_survey: said.wantsSurvey, privacy_notice_version: notice?.version ?? null, language },
      }),
  );
  const submit = () =>
    submission.submit(values, async (made) => {
      await upload(made.tracking_token, files);
      clear();
      setFiles([]);
    });
  return { ...submission, values, change, files, setFiles, notice, progress, failures, submit };
}

export type Intake = Omit<ReturnType<typeof useIntake>, 'values' | 'change'> & {
  values: Agreement;
  change: (change: Partial<Agreement>) => void;
};
