import { useState } from 'react';
import { type Contact, ContactFields, contactBody, contactErrors, NO_CONTACT, orNull } from './contact';
import { DonePage } from './DonePage';
import { Choice, TextArea, TextField } from './fields';
import { Files } from './Files';
import { Title } from './Layout';
import { Privacy, useNotice } from './Privacy';
import { service } from './service';
import { SubmitBar } from './SubmitBar';
import { useTexts } from './texts';
import { useDraft } from './useDraft';
import { useSubmission } from './useSubmission';
import { useUploads } from './useUploads';

const TYPES = ['consultation', 'fault', 'technical', 'billing', 'order', 'return', 'appointment', 'training', 'suggestion', 'termination', 'other'] as const;

interface Values extends Contact {
  request_type: (typeof TYPES)[number] | '';
  subject: string;
  description: string;
  product: string;
  isAgreed: boolean;
  wantsSurvey: boolean;
}

const EMPTY: Values = { ...NO_CONTACT, request_type: '', subject: '', description: '', product: '', isAgreed: false, wantsSurvey: false };

export function RequestPage() {
  const { t, language } = useTexts();
  const notice = useNotice();
  const [values, change, clear] = useDraft('request', EMPTY);
  const [files, setFiles] = useState<readonly File[]>([]);
  const { progress, failures, upload } = useUploads();
  const check = (said: Values) => ({
    ...(said.request_type ? {} : { request_type: t('errors.required') }),
    ...(said.description.trim() ? {} : { description: t('errors.required') }),
    ...contactErrors(said, true, t),
    ...(said.isAgreed ? {} : { agree: t('errors.agree') }),
  });
  const { isSending, errors, problem, receipt, submit, again } = useSubmission(check, (said: Values, headers) =>
    service.POST('/api/requests', {
      headers,
      body: {
        ...contactBody(said),
        channel: 'web_form',
        request_type: said.request_type || null,
        subject: orNull(said.subject),
        description: said.description,
        product: orNull(said.product),
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
      <Title>{t('request.title')}</Title>
      <p className="lead">{t('request.lead')}</p>
      <section className="card">
        <Choice name="request_type" label={t('request.type')} value={values.request_type} error={errors.request_type} options={TYPES.map((code) => [code, t(`types.${code}`)])} onChange={(request_type) => { change({ request_type }); }} />
        <TextField name="subject" label={t('request.subject')} isOptional value={values.subject} error={errors.subject} onChange={(subject) => { change({ subject }); }} />
        <TextArea name="description" label={t('request.description')} hint={t('request.descriptionHint')} value={values.description} error={errors.description} onChange={(description) => { change({ description }); }} />
        <TextField name="product" label={t('request.product')} isOptional value={values.product} error={errors.product} onChange={(product) => { change({ product }); }} />
        <Files files={files} onChange={setFiles} />
      </section>
      <ContactFields contact={values} errors={errors} hint={t('contact.either')} onChange={change} />
      <Privacy notice={notice} isAgreed={values.isAgreed} wantsSurvey={values.wantsSurvey} error={errors.agree} onChange={change} />
      <SubmitBar label={t('request.send')} isSending={isSending} progress={progress} errorCount={Object.keys(errors).length} problem={problem} />
    </form>
  );
}
