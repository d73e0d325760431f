import { Actions } from './Actions';
import { AskedCard } from './AskedCard';
import { sizeOf } from './Files';
import { Title } from './Layout';
import type { TrackedCase } from './service';
import { useTexts } from './texts';
import { type CaseState, useCase } from './useCase';

/** A customer's own view of his case: where it stands, what is asked of him, what he was told. */
export function TrackPage({ token }: { token: string }) {
  const { t } = useTexts();
  const state = useCase(token);
  if (state.isUnknown) {
    return (
      <>
        <Title>{t('track.unknownTitle')}</Title>
        <p>{t('track.unknown')}</p>
        <a className="button primary" href="/submit">
          {t('nav.request')}
        </a>
      </>
    );
  }
  return (
    <>
      <Title>{t('track.title')}</Title>
      {state.problem !== null && (
        <p className="notice bad" role="alert">
          {state.problem}{' '}
          <button type="button" className="plain" onClick={() => void state.reload()}>
            {t('track.retry')}
          </button>
        </p>
      )}
      <div role="status">{state.said && <p className={state.said.isBad ? 'notice bad' : 'notice good'}>{state.said.text}</p>}</div>
      {state.found === null ? state.problem === null && <p className="muted">{t('track.waiting')}</p> : <TrackedPage token={token} state={state} found={state.found} />}
    </>
  );
}

function TrackedPage({ token, state, found }: { token: string; state: CaseState; found: TrackedCase }) {
  const { t, at, pick } = useTexts();
  return (
    <>
      <p className="muted">
        {t('track.number')} <strong className="number-inline">{found.case_number}</strong> · {t('track.received', { at: at(found.received_at) })}
      </p>
      <Steps found={found} />
      {found.outcome && <p className="notice">{t('track.outcome', { outcome: pick(found.outcome) })}</p>}
      {found.asked.map((asked) => (
        <AskedCard key={asked.kind} asked={asked} token={token} state={state} />
      ))}
      <Promises found={found} />
      <Messages found={found} />
      <Said found={found} state={state} />
      <Actions token={token} found={found} state={state} />
      <p className="hint">{t('track.zone', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}</p>
    </>
  );
}

function Steps({ found }: { found: TrackedCase }) {
  const { t, pick } = useTexts();
  return (
    <section className="card" aria-labelledby="steps">
      <h2 id="steps" className="unseen">
        {t('track.steps')}
      </h2>
      <ol className="steps">
        {found.steps.map((step) => (
          <li key={step.name_en} className={step.state} aria-current={step.state === 'current' ? 'step' : undefined}>
            <span className="mark" aria-hidden>
              {step.state === 'done' ? '✓' : ''}
            </span>
            <span>
              {pick({ zh: step.name_zh, en: step.name_en })} <span className="muted">{t(`track.stepState.${step.state}`)}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Promises({ found }: { found: TrackedCase }) {
  const { t, at, pick } = useTexts();
  if (found.promises.length === 0) return null;
  return (
    <section className="card" aria-labelledby="promises">
      <h2 id="promises">{t('track.promises')}</h2>
      <ul className="promises">
        {found.promises.map((promise) => (
          <li key={`${promise.name_en}-${promise.due_at}`} className={promise.is_late ? 'late' : promise.kept_at ? 'kept' : ''}>
            <strong>{pick({ zh: promise.name_zh, en: promise.name_en })}</strong>
            <span>
              {promise.kept_at
                ? t(promise.is_late ? 'track.keptLate' : 'track.kept', { at: at(promise.kept_at) })
                : `${t('track.due', { at: at(promise.due_at) })}${promise.is_late ? ` · ${t('track.late')}` : ''}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Messages({ found }: { found: TrackedCase }) {
  const { t, at } = useTexts();
  const newest = [...found.messages].reverse();
  return (
    <section className="card" aria-labelledby="messages">
      <h2 id="messages">{t('track.messages')}</h2>
      {newest.length === 0 && <p className="muted">{t('track.noMessages')}</p>}
      {newest.map((message, place) => (
        <details key={`${message.at}-${message.subject}-${place}`} open={place === 0} lang={found.language}>
          <summary>
            <span>{message.subject}</span> <span className="muted">{at(message.at)}</span>
          </summary>
          <p className="written">{message.body}</p>
        </details>
      ))}
    </section>
  );
}

function Said({ found, state }: { found: TrackedCase; state: CaseState }) {
  const { t } = useTexts();
  const words = [found.subject, found.description].filter(Boolean).join('\n');
  if (!words && state.files.length === 0) return null;
  return (
    <section className="card" aria-labelledby="said">
      <h2 id="said">{t('track.said')}</h2>
      <p className="written">{words}</p>
      {state.files.length > 0 && (
        <>
          <h3>{t('files.yours')}</h3>
          <ul className="files">
            {state.files.map((file) => (
              <li key={file.id}>
                {file.file_name} <span className="muted">{sizeOf(file.size)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
