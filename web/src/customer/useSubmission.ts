import { useRef, useState } from 'react';
import { answered } from '../api/problems';
import { fieldErrorsOf, wordsOf } from './problems';
import { useTexts } from './texts';

export interface Receipt {
  case_number: string;
  tracking_token: string;
}

export type Answer = Promise<{ data?: Partial<Receipt>; error?: unknown; response: Response }>;
export type Errors = Record<string, string>;

/**
 * Send something once, however often the button is pressed: the same values carry the same key, which the service
 * answers from memory; changed values are something new. `finish` comes before the receipt is shown.
 */
export function useSubmission<T>(check: (values: T) => Errors, send: (values: T, headers: Record<string, string>) => Answer) {
  const speaker = useTexts();
  const [isSending, setSending] = useState(false);
  const [errors, setErrors] = useState<Errors>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  const attempt = useRef({ said: '', key: '' });

  const submit = async (values: T, finish: (made: Receipt) => Promise<void>): Promise<void> => {
    if (isSending) return;
    const wrong = check(values);
    setErrors(wrong);
    setProblem(null);
    if (Object.keys(wrong).length > 0) {
      focusFirstError();
      return;
    }
    const said = JSON.stringify(values);
    if (attempt.current.said !== said) attempt.current = { said, key: randomKey() };
    setSending(true);
    try {
      const headers = { 'Accept-Language': speaker.language, 'Idempotency-Key': attempt.current.key };
      const made = await answered(send(values, headers));
      const { case_number = '', tracking_token = '' } = made;
      await finish({ case_number, tracking_token });
      setReceipt({ case_number, tracking_token });
    } catch (error) {
      setErrors(fieldErrorsOf(error));
      setProblem(wordsOf(error, speaker));
      focusFirstError();
    } finally {
      setSending(false);
    }
  };
  const again = () => {
    attempt.current = { said: '', key: '' };
    setReceipt(null);
  };
  return { isSending, errors, problem, receipt, submit, again };
}

/** Random without `crypto.randomUUID`, which pages without TLS do not have. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function focusFirstError(): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>('[aria-invalid="true"], [data-invalid="true"] input')?.focus();
  });
}
