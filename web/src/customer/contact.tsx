import { Choice, TextField } from './fields';
import { useTexts } from './texts';

const PREFERENCES = ['', 'phone', 'email', 'message'] as const;

export interface Contact {
  name: string;
  phone: string;
  email: string;
  contact_preference: (typeof PREFERENCES)[number];
}

export const NO_CONTACT: Contact = { name: '', phone: '', email: '', contact_preference: '' };
const PHONE = /^\+?[\d][\d\s()/-]{4,28}$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** What is wrong with what somebody left, by field. */
export function contactErrors(contact: Contact, isNeeded: boolean, t: (path: string) => string): Record<string, string> {
  const errors: Record<string, string> = {};
  const phone = contact.phone.trim();
  const email = contact.email.trim();
  if (phone && !PHONE.test(phone)) errors.phone = t('errors.phone');
  if (email && !EMAIL.test(email)) errors.email = t('errors.email');
  if (isNeeded && !phone && !email) errors.phone = t('contact.either');
  return errors;
}

/** As the service takes it: what is empty was not said. */
export function contactBody(contact: Contact) {
  return {
    customer: { name: orNull(contact.name), phone: orNull(contact.phone), email: orNull(contact.email) },
    contact_preference: contact.contact_preference || null,
  };
}

export function orNull(text: string): string | null {
  return text.trim() || null;
}

export interface ContactFieldsProps {
  contact: Contact;
  errors: Record<string, string>;
  hint: string;
  onChange: (change: Partial<Contact>) => void;
}

export function ContactFields({ contact, errors, hint, onChange }: ContactFieldsProps) {
  const { t } = useTexts();
  return (
    <section className="card" aria-labelledby="contact">
      <h2 id="contact">{t('contact.title')}</h2>
      <p className="hint">{hint}</p>
      <TextField name="phone" label={t('contact.phone')} type="tel" autoComplete="tel" value={contact.phone} error={errors.phone} onChange={(phone) => { onChange({ phone }); }} maxLength={30} />
      <TextField name="email" label={t('contact.email')} type="email" autoComplete="email" value={contact.email} error={errors.email} onChange={(email) => { onChange({ email }); }} maxLength={320} />
      <TextField name="name" label={t('contact.name')} autoComplete="name" isOptional value={contact.name} error={errors.name} onChange={(name) => { onChange({ name }); }} />
      <Choice name="contact_preference" label={t('contact.preference')} value={contact.contact_preference} options={PREFERENCES.map((code) => [code, t(`contact.preferences.${code}`)])} onChange={(code) => { onChange({ contact_preference: code }); }} />
    </section>
  );
}
