import { type Contact, contactBody, contactErrors, NO_CONTACT, orNull } from './contact';
import { Choice, TextArea, TextField } from './fields';
import { IntakeForm } from './IntakeForm';
import { service } from './service';
import { useTexts } from './texts';
import { type Agreement, NOT_AGREED, useIntake } from './useIntake';

const TYPES = ['consultation', 'fault', 'technical', 'billing', 'order', 'return', 'appointment', 'training', 'suggestion', 'termination', 'other'] as const;

interface Values extends Contact, Agreement {
  request_type: (typeof TYPES)[number] | '';
  subject: string;
  description: string;
  product: string;
}

const EMPTY: Values = { ...NO_CONTACT, ...NOT_AGREED, request_type: '', subject: '', description: '', product: '' };

export function RequestPage() {
  const { t } = useTexts();
  const check = (said: Values) => ({
    ...(said.request_type ? {} : { request_type: t('errors.required') }),
    ...(said.description.trim() ? {} : { description: t('errors.required') }),
    ...contactErrors(said, true, t),
  });
  const intake = useIntake('request', EMPTY, check, (said, { headers, common }) =>
    service.POST('/api/requests', {
      headers,
      body: {
        ...common,
        ...contactBody(said),
        request_type: said.request_type || null,
        subject: orNull(said.subject),
        description: said.description,
        product: orNull(said.product),
      },
    }),
  );
  const { values, change, errors } = intake;
  return (
    <IntakeForm
      title={t('request.title')}
      lead={t('request.lead')}
      sendLabel={t('request.send')}
      intake={intake}
      contact={{ contact: values, hint: t('contact.either'), onChange: change }}
    >
      <Choice name="request_type" label={t('request.type')} value={values.request_type} error={errors.request_type} options={TYPES.map((code) => [code, t(`types.${code}`)])} onChange={(request_type) => { change({ request_type }); }} />
      <TextField name="subject" label={t('request.subject')} isOptional value={values.subject} error={errors.subject} onChange={(subject) => { change({ subject }); }} />
      <TextArea name="description" label={t('request.description')} hint={t('request.descriptionHint')} value={values.description} error={errors.description} onChange={(description) => { change({ description }); }} />
      <TextField name="product" label={t('request.product')} isOptional value={values.product} error={errors.product} onChange={(product) => { change({ product }); }} />
    </IntakeForm>
  );
}
