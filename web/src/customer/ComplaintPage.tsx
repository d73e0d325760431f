import { type Contact, contactBody, contactErrors, NO_CONTACT, orNull } from './contact';
import { Check, Choice, TextArea, TextField } from './fields';
import { IntakeForm } from './IntakeForm';
import { service } from './service';
import { useTexts } from './texts';
import { type Agreement, NOT_AGREED, useIntake } from './useIntake';

const CATEGORIES = ['quality', 'attitude', 'staff', 'fee', 'delay', 'safety', 'data', 'other'] as const;
const AMOUNT = /^\d{1,12}([.,]\d{1,2})?$/;

interface Values extends Contact, Agreement {
  category: (typeof CATEGORIES)[number] | '';
  description: string;
  expectation: string;
  amount: string;
  harm: boolean;
  twoParties: boolean;
}

const EMPTY: Values = {
  ...NO_CONTACT, ...NOT_AGREED, category: '', description: '', expectation: '', amount: '', harm: false, twoParties: false,
};

/** `/complain#TOKEN` is about the case behind the link; what follows the # is never sent with the address. */
export function ComplaintPage() {
  const { t } = useTexts();
  const about = location.hash.slice(1) || null;
  const check = (said: Values) => ({
    ...(said.category ? {} : { category: t('errors.required') }),
    ...(said.description.trim() ? {} : { description: t('errors.required') }),
    ...(said.amount && !AMOUNT.test(said.amount.trim()) ? { amount: t('errors.amount') } : {}),
    ...(about === null ? contactErrors(said, false, t) : {}),
  });
  const intake = useIntake('complaint', EMPTY, check, (said, { headers, common }) =>
    service.POST('/api/complaints', {
      headers,
      body: {
        ...common,
        ...(about === null ? contactBody(said) : { tracking_token: about }),
        category: said.category || 'other',
        description: said.description,
        expectation: orNull(said.expectation),
        amount: said.amount ? Number(said.amount.replace(',', '.')) : null,
        harm: said.harm,
        two_parties: said.twoParties,
      },
    }),
  );
  const { values, change, errors } = intake;
  return (
    <IntakeForm
      title={t('complaint.title')}
      lead={t('complaint.lead')}
      sendLabel={t('complaint.send')}
      intake={intake}
      {...(about === null ? { contact: { contact: values, hint: t('complaint.anonymous'), onChange: change } } : {})}
      above={about !== null && <p className="notice">{t('complaint.about')}</p>}
    >
      <Choice name="category" label={t('complaint.category')} value={values.category} error={errors.category} options={CATEGORIES.map((code) => [code, t(`categories.${code}`)])} onChange={(category) => { change({ category }); }} />
      <TextArea name="description" label={t('complaint.description')} value={values.description} error={errors.description} onChange={(description) => { change({ description }); }} />
      <TextArea name="expectation" label={t('complaint.expectation')} isOptional value={values.expectation} error={errors.expectation} onChange={(expectation) => { change({ expectation }); }} />
      <TextField name="amount" label={t('complaint.amount')} inputMode="decimal" isOptional value={values.amount} error={errors.amount} onChange={(amount) => { change({ amount }); }} maxLength={15} />
      <Check name="harm" label={t('complaint.harm')} value={values.harm} onChange={(harm) => { change({ harm }); }} />
      <Check name="two_parties" label={t('complaint.twoParties')} value={values.twoParties} onChange={(twoParties) => { change({ twoParties }); }} />
    </IntakeForm>
  );
}
