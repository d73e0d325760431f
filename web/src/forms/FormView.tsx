import { Form } from '@bpmn-io/form-js-viewer';
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import flatpickr from 'flatpickr';
import { Mandarin } from 'flatpickr/dist/l10n/zh.js';
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldError } from '../api/problems';
import './forms.css';
import { type FormPart, formInLanguage } from './schema';
import { translating } from './translations';

export type FormValues = Record<string, unknown>;

export interface FormHandle {
  /** The values of the fields that show, when all of them are right; else the first wrong one is shown. */
  submit: () => FormValues | null;
  /** The values as typed so far, right or wrong. */
  values: () => FormValues;
  /** Show what the service found wrong beside the fields; what names no field is given back. */
  showErrors: (errors: readonly FieldError[]) => FieldError[];
}

interface Registered {
  id: string;
  key?: string;
}

interface Props {
  schema: FormPart;
  data: FormValues;
  revision: string;
  isReadOnly: boolean;
  onChange: (values: FormValues) => void;
  ref?: Ref<FormHandle>;
}

/** A form-js form in the reader's language. Another `revision` draws it anew with the `data` given then. */
export function FormView({ schema, data, revision, isReadOnly, onChange, ref }: Props) {
  const { i18n } = useTranslation('shell');
  const isChinese = i18n.language.startsWith('zh');
  const host = useRef<HTMLDivElement>(null);
  const form = useRef<Form | null>(null);
  const tell = useRef(onChange);
  const typed = useRef<{ revision: string; values: FormValues } | null>(null);
  const isTouched = useRef(false);
  const [failure, setFailure] = useState<Error | null>(null);
  useEffect(() => {
    tell.current = onChange;
  });
  useEffect(() => {
    if (!host.current) return;
    flatpickr.localize(isChinese ? Mandarin : flatpickr.l10ns.default);
    const kept = typed.current?.revision === revision ? typed.current.values : {}; // another language: what was typed stays
    const made = new Form({ container: host.current, additionalModules: [translating(isChinese)] });
    let isGone = false;
    made
      .importSchema(formInLanguage(schema, isChinese), { ...data, ...kept })
      .then(() => {
        if (isGone) return;
        made.setProperty('readOnly', isReadOnly);
        made.on('changed', () => {
          if (!isTouched.current) return; // defaults and computed values are nobody's words
          const values = made._getSubmitData() as FormValues;
          typed.current = { revision, values };
          tell.current(values);
        });
        made.on('submit', (event: { preventDefault?: () => void }) => event.preventDefault?.());
      })
      .catch((error: unknown) => {
        setFailure(error instanceof Error ? error : new Error(String(error)));
      });
    form.current = made;
    return () => {
      isGone = true;
      form.current = null;
      made.destroy();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `data` is what a revision begins with, not what it follows
  }, [schema, revision, isChinese, isReadOnly]);
  useImperativeHandle(ref, () => ({
    submit: () => {
      if (!form.current) return null;
      const { data: values, errors } = form.current.submit() as { data: FormValues; errors: Record<string, unknown> };
      if (Object.keys(errors).length === 0) return values;
      focusFirstError(host.current);
      return null;
    },
    values: () => (form.current?._getSubmitData() ?? {}) as FormValues,
    showErrors: (errors) => show(form.current, host.current, errors),
  }));
  const touch = () => {
    isTouched.current = true;
  };
  if (failure) throw failure;
  return <div ref={host} className="form-host" onPointerDownCapture={touch} onKeyDownCapture={touch} onInputCapture={touch} />;
}

function show(form: Form | null, host: HTMLElement | null, errors: readonly FieldError[]): FieldError[] {
  if (!form) return [...errors];
  const fields = (form.get('formFieldRegistry') as { getAll: () => Registered[] }).getAll();
  const shown: Record<string, string[]> = {};
  const rest = errors.filter((error) => {
    const path = error.pointer.split('/').filter((step) => step !== '' && step !== 'variables');
    const found = fields.find((field) => field.key === path.join('.')) ?? fields.find((field) => field.key === path[0]);
    if (!found) return true;
    (shown[found.id] ??= []).push(error.message);
    return false;
  });
  form._setState({ errors: shown });
  focusFirstError(host);
  return rest;
}

function focusFirstError(host: HTMLElement | null): void {
  requestAnimationFrame(() => {
    const field = host?.querySelector('.fjs-has-errors');
    field?.scrollIntoView({ block: 'center' });
    // A choice opens when it gets the focus, over the fields that are wrong below it.
    field?.querySelector<HTMLElement>(':scope:not(.fjs-form-field-select) :is(input, textarea)')?.focus();
  });
}
