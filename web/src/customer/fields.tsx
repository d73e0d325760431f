import { type ReactNode, useId } from 'react';
import { useTexts } from './texts';

interface FieldProps {
  label: string;
  error?: string | undefined;
  hint?: string;
  isOptional?: boolean;
  children: (aria: { id: string; 'aria-invalid': boolean; 'aria-describedby': string | undefined }) => ReactNode;
}

/** A label above its field; what is wrong stands beside it and is read out with it. */
export function Field({ label, error, hint, isOptional = false, children }: FieldProps) {
  const { t } = useTexts();
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
  return (
    <div className="field">
      <label htmlFor={id}>
        {label} {isOptional && <span className="muted">{t('optional')}</span>}
      </label>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children({ id, 'aria-invalid': error !== undefined, 'aria-describedby': described })}
      <FieldError of={id} error={error} />
    </div>
  );
}

/** What is wrong with a field; `aria-describedby` of the field names it as `<id>-error`. */
function FieldError({ of, error }: { of: string; error: string | undefined }) {
  if (!error) return null;
  return (
    <p className="error" id={`${of}-error`}>
      <span aria-hidden>✕ </span>
      {error}
    </p>
  );
}

interface TextProps {
  name: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  hint?: string;
  isOptional?: boolean;
  maxLength?: number;
  type?: 'text' | 'tel' | 'email';
  autoComplete?: string;
  inputMode?: 'decimal';
}

export function TextField({ label, error, hint, isOptional, onChange, maxLength = 200, type = 'text', ...input }: TextProps) {
  return (
    <Field label={label} error={error} {...(hint ? { hint } : {})} isOptional={isOptional ?? false}>
      {(aria) => (
        <input {...aria} {...input} type={type} maxLength={maxLength} onChange={(event) => { onChange(event.target.value); }} />
      )}
    </Field>
  );
}

export function TextArea({ label, error, hint, isOptional, onChange, maxLength = 10_000, name, value }: TextProps) {
  return (
    <Field label={label} error={error} {...(hint ? { hint } : {})} isOptional={isOptional ?? false}>
      {(aria) => (
        <textarea {...aria} name={name} value={value} rows={4} maxLength={maxLength} onChange={(event) => { onChange(event.target.value); }} />
      )}
    </Field>
  );
}

interface ChoiceProps<Code extends string> {
  name: string;
  label: string;
  value: Code | '';
  options: readonly (readonly [code: Code, label: string])[];
  onChange: (value: Code) => void;
  error?: string | undefined;
}

/** Few alternatives as large targets; none is chosen for the customer. */
export function Choice<Code extends string>({ name, label, value, options, onChange, error }: ChoiceProps<Code>) {
  const id = useId();
  return (
    <fieldset className="field" data-invalid={error !== undefined} aria-describedby={error ? `${id}-error` : undefined}>
      <legend>{label}</legend>
      <div className="choices">
        {options.map(([code, text]) => (
          <label key={code} className="choice">
            <input type="radio" name={name} value={code} checked={value === code} onChange={() => { onChange(code); }} />
            <span>{text}</span>
          </label>
        ))}
      </div>
      <FieldError of={id} error={error} />
    </fieldset>
  );
}

interface CheckProps {
  name: string;
  label: string;
  value: boolean;
  onChange: (value: boolean) => void;
  error?: string | undefined;
}

export function Check({ name, label, value, onChange, error }: CheckProps) {
  const id = useId();
  return (
    <div className="field">
      <label className="check">
        <input type="checkbox" name={name} checked={value} aria-invalid={error !== undefined} aria-describedby={error ? `${id}-error` : undefined} onChange={(event) => { onChange(event.target.checked); }} />
        <span>{label}</span>
      </label>
      <FieldError of={id} error={error} />
    </div>
  );
}
