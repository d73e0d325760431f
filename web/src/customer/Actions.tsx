import { useRef, useState } from 'react';
import { TextArea } from './fields';
import { Files } from './Files';
import { service, type TrackedCase } from './service';
import { useTexts } from './texts';
import type { CaseState } from './useCase';
import { useUploads } from './useUploads';

type Open = 'supplement' | 'escalate' | 'withdraw' | null;

interface ActionsProps {
  token: string;
  found: TrackedCase;
  state: CaseState;
}

/** What a customer may do on his own account; what cannot be undone is asked once more. */
export function Actions({ token, found, state }: ActionsProps) {
  const { t } = useTexts();
  const [open, setOpen] = useState<Open>(null);
  const link = { params: { path: { token } } };
  const toggle = (which: Open) => () => { setOpen(open === which ? null : which); };
  const close = () => { setOpen(null); };
  if (!found.may_ask_progress && !found.may_withdraw && !found.may_escalate && found.is_complaint) return null;
  return (
    <section className="card" aria-labelledby="actions">
      <h2 id="actions">{t('actions.title')}</h2>
      <div className="row">
        {found.may_ask_progress && (
          <>
            <button type="button" className="quiet" aria-disabled={state.isBusy} onClick={() => void state.act(() => service.POST('/api/tracking/{token}/progress-query', link))}>
              {t('actions.progress')}
            </button>
            <button type="button" className="quiet" aria-expanded={open === 'supplement'} onClick={toggle('supplement')}>
              {t('actions.supplement')}
            </button>
          </>
        )}
        {found.may_escalate && (
          <button type="button" className="quiet" aria-expanded={open === 'escalate'} onClick={toggle('escalate')}>
            {t('actions.escalate')}
          </button>
        )}
        {!found.is_complaint && (
          <a className="button quiet" href={`/complain#${token}`}>
            {t('actions.complain')}
          </a>
        )}
        {found.may_withdraw && (
          <button type="button" className="quiet" aria-expanded={open === 'withdraw'} onClick={toggle('withdraw')}>
            {t('actions.withdraw')}
          </button>
        )}
      </div>
      {open === 'supplement' && <Supplement token={token} state={state} onDone={close} />}
      {open === 'escalate' && (
        <Sure text={t('actions.escalateSure')} yes={t('actions.yes')} onNo={close} onYes={() => void state.act(() => service.POST('/api/tracking/{token}/escalation', link)).then(close)} />
      )}
      {open === 'withdraw' && (
        <Sure text={t('actions.withdrawSure')} yes={t('actions.withdrawYes')} onNo={close} onYes={() => void state.act(() => service.POST('/api/tracking/{token}/withdrawal', link)).then(close)} />
      )}
    </section>
  );
}

function Sure({ text, yes, onYes, onNo }: { text: string; yes: string; onYes: () => void; onNo: () => void }) {
  const { t } = useTexts();
  return (
    <div className="notice" role="group" aria-label={text}>
      <p>{text}</p>
      <div className="row">
        <button type="button" className="primary" onClick={onYes}>
          {yes}
        </button>
        <button type="button" className="quiet" onClick={onNo}>
          {t('actions.cancel')}
        </button>
      </div>
    </div>
  );
}

function Supplement({ token, state, onDone }: { token: string; state: CaseState; onDone: () => void }) {
  const { t } = useTexts();
  const [text, setText] = useState('');
  const [files, setFiles] = useState<readonly File[]>([]);
  const [error, setError] = useState<string>();
  const { progress, failures, upload } = useUploads();
  const isSending = useRef(false);
  const send = async () => {
    if (!text.trim() && files.length === 0) {
      setError(t('errors.required'));
      return;
    }
    setError(undefined);
    const arrived = await upload(token, files);
    setFiles([]);
    if (!text.trim() && arrived === 0) return;
    const body = { text: text.trim() || t('actions.seeFiles') };
    const isSent = await state.act(() => service.POST('/api/tracking/{token}/supplement', { params: { path: { token } }, body }));
    if (isSent && arrived === files.length) onDone();
    else if (isSent) setText('');
  };
  const sendOnce = async () => {
    if (isSending.current) return;
    isSending.current = true;
    try {
      await send();
    } finally {
      isSending.current = false;
    }
  };
  return (
    <form noValidate onSubmit={(event) => { event.preventDefault(); void sendOnce(); }}>
      <TextArea name="supplement" label={t('actions.supplementText')} value={text} error={error} onChange={setText} />
      <Files files={files} onChange={setFiles} />
      {failures.map((failure) => (
        <p key={failure} className="notice bad" role="alert">
          {failure}
        </p>
      ))}
      <button type="submit" className="primary" aria-disabled={state.isBusy || progress !== null}>
        {t('asked.send')}
      </button>
      <p className="hint" role="status">
        {progress}
      </p>
    </form>
  );
}
