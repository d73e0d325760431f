import { useEffect, useRef, useState } from 'react';
import { Title } from './Layout';
import { useTexts } from './texts';
import type { Receipt } from './useSubmission';

interface DonePageProps {
  receipt: Receipt;
  failures: readonly string[];
  onAnother: () => void;
}

/** What the customer takes home: number and link. */
export function DonePage({ receipt, failures, onAnother }: DonePageProps) {
  const { t } = useTexts();
  const [isCopied, setCopied] = useState(false);
  const top = useRef<HTMLDivElement>(null);
  const link = `${location.origin}/track/${receipt.tracking_token}`;
  useEffect(() => {
    top.current?.focus();
  }, []);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      setCopied(true);
    } catch {
      document.querySelector<HTMLInputElement>('#link')?.select(); // pages without TLS may not write the clipboard
    }
  };
  return (
    <div ref={top} tabIndex={-1} className="silent">
      <Title>{t('done.title')}</Title>
      {failures.map((text) => (
        <p key={text} className="notice bad">
          {text}
        </p>
      ))}
      <section className="card">
        <p className="muted">{t('done.number')}</p>
        <p className="number">{receipt.case_number}</p>
        <label htmlFor="link">{t('done.link')}</label>
        <p className="hint" id="keep">
          {t('done.keep')}
        </p>
        <div className="row">
          <input id="link" readOnly value={link} aria-describedby="keep" onFocus={(event) => { event.target.select(); }} />
          <button type="button" className="quiet" onClick={() => void copy()}>
            {t(isCopied ? 'done.copied' : 'done.copy')}
          </button>
        </div>
      </section>
      <div className="row">
        <a className="button primary" href={`/track/${receipt.tracking_token}`}>
          {t('done.follow')}
        </a>
        <button type="button" className="quiet" onClick={onAnother}>
          {t('done.another')}
        </button>
      </div>
    </div>
  );
}
