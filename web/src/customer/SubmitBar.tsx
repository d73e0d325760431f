import { useTexts } from './texts';

interface SubmitBarProps {
  label: string;
  isSending: boolean;
  progress: string | null;
  errorCount: number;
  problem: string | null;
}

/** The button, and what came of pressing it. */
export function SubmitBar({ label, isSending, progress, errorCount, problem }: SubmitBarProps) {
  const { t } = useTexts();
  const said = problem ?? (errorCount > 0 ? t('errors.summary', { count: errorCount }) : null);
  return (
    <>
      <div role="alert">{said && <p className="notice bad">{said}</p>}</div>
      <button type="submit" className="primary wide" aria-disabled={isSending}>
        {isSending ? t('sending') : label}
      </button>
      <p className="hint" role="status">
        {progress ?? t('draft')}
      </p>
    </>
  );
}
