import { useState } from 'react';
import { type Contact, ContactFields, contactBody, contactErrors, NO_CONTACT, orNull } from './contact';
import { DonePage } from './DonePage';
import { Check, Choice, TextArea, TextField } from './fields';
import { Files } from './Files';
import { Title } from './Layout';
import { Privacy, useNotice } from './Privacy';
import { service } from './service';
import { SubmitBar } from './SubmitBar';
import { useTexts } from './texts';
import { useDraft } from './useDraft';
import { useSubmission } from './useSubmission';
import { useUploads } from './useUploads';

const CATEGORIES = ['quality', 'attitude', 'staff', 'fee', 'delay', 'safety', 'data', 'other'] as const;
const AMOUNT = /^\d{1,12}([.,]\d{1,2})?$/;

interface Values extends Contact {
  category: (typeof CATEGORIES)[number] | '';
  description: string;
  expectation: string;
  amount: string;
  harm: boolean;
  twoParties: boolean;
  isAgreed: boolean;
  wantsSurvey: boolean;
}

const EMPTY: Values = {
  ...NO_CONTACT, category: '', description: '', expectation: '', amount: '', harm: false, twoParties: false, isAgreed: false, wantsSurvey: false,
};

/** `/complain#TOKEN` is about the case behind the link; what follows the # is never sent with the address. */
export function ComplaintPage() {
  const { t, language } = useTexts();
  const about = location.hash.slice(1) || null;
  const notice = useNotice();
  const [values, change, clear] = useDraft('complaint', EMPTY);
  const [files, setFiles] = useState<readonly File[]>([]);
  const { progress, failures, upload } = useUploads();
  const check = (said: Values) => ({
    ...(said.category ? {} : { category: t('errors.required') }),
    ...(said.description.trim() ? {} : { description: t('errors.required') }),
    ...(said.amount && !AMOUNT.test(said.amount.trim()) ? { amount: t('errors.amount') } : {}),
    ...(about === null ? contactErrors(said, false, t) : {}),
    ...(said.isAgreed ? {} : { agree: t('errors.agree') }),
  });
  const { isSending, errors, problem, receipt, submit, again } = useSubmission(check, (said: Values, headers) =>
    service.POST('/api/complaints', {
      headers,
      body: {
        ...(about === null ? contactBody(said) : { tracking_token: about }),
        channel: 'web_form',
        category: said.category || 'other',
        description: said.description,
        expectation: orNull(said.expectation),
        amount: said.amount ? Number(said.amount.replace(',', '.')) : null,
        harm: said.harm,
        two_parties: said.twoParties,
        consent_survey: said.wantsSurvey,
        privacy_notice_version: notice?.version ?? null,
        language,
      },
    }),
  );
  const send = () =>
    submit(values, async (made) => {
      await upload(made.tracking_token, files);
      clear();
      setFiles([]);
    });
  if (receipt !== null) return <DonePage receipt={receipt} failures={failures} onAnother={again} />;
  return (
    <form noValidate onSubmit={(event) => { event.preventDefault(); void send(); }}>
      <Title>{t('complaint.title')}</Title>
      <p className="lead">{t('complaint.lead')}</p>
      {about !== null && <p className="notice">{t('complaint.about')}</p>}
      <section className="card">
        <Choice name="category" label={t('complaint.category')} value={values.category} error={errors.category} options={CATEGORIES.map((code) => [code, t(`categories.${code}`)])} onChange={(category) => { change({ category }); }} />
        <TextArea name="description" label={t('complaint.description')} value={values.description} error={errors.description} onChange={(description) => { change({ description }); }} />
        <TextArea name="expectation" label={t('complaint.expectation')} isOptional value={values.expectation} error={errors.expectation} onChange={(expectation) => { change({ expectation }); }} />
        <TextField name="amount" label={t('complaint.amount')} inputMode="decimal" isOptional value={values.amount} error={errors.amount} onChange={(amount) => { change({ amount }); }} maxLength={15} />
        <Check name="harm" label={t('complaint.harm')} value={values.harm} onChange={(harm) => { change({ harm }); }} />
        <Check name="two_parties" label={t('complaint.twoParties')} value={values.twoParties} onChange={(twoParties) => { change({ twoParties }); }} />
        <Files files={files} onChange={setFiles} />
      </section>
      {about === null && <ContactFields contact={values} errors={errors} hint={t('complaint.anonymous')} onChange={change} />}
      <Privacy notice={notice} isAgreed={values.isAgreed} wantsSurvey={values.wantsSurvey} error={errors.agree} onChange={change} />
      <SubmitBar label={t('complaint.send')} isSending={isSending} progress={progress} errorCount={Object.keys(errors).length} problem={problem} />
    </form>
  );
}
