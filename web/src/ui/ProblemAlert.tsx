import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api/problems';

interface Props {
  error: Error | null;
  onRetry?: () => void;
  /** By problem code: what this page says instead of the service's title. */
  titles?: Readonly<Record<string, string>>;
}

/** A problem document as the reader sees it: title, field messages, the number to tell support, and trying again. */
export function ProblemAlert({ error, onRetry, titles }: Props) {
  const { t } = useTranslation('shell');
  if (error === null) return null;
  const problem = error instanceof Problem ? error : null;
  return (
    <Alert
      className="problem"
      type="error"
      showIcon
      role="alert"
      title={(problem && titles?.[problem.code]) ?? problemTitle(error, t)}
      description={
        problem && (problem.errors.length > 0 || problem.status >= 500) ? (
          <>
            {problem.errors.length > 0 && (
              <ul>
                {problem.errors.map((one) => (
                  <li key={one.pointer + one.message}>
                    <code>{one.pointer}</code> {one.message}
                  </li>
                ))}
              </ul>
            )}
            {problem.status >= 500 && <small>{t('problem.number', { number: problem.requestId })}</small>}
          </>
        ) : undefined
      }
      action={onRetry && <Button size="small" onClick={onRetry}>{t('problem.retry')}</Button>}
    />
  );
}

/** One sentence for a message that passes by; the service's own title where there is one. */
export function problemTitle(error: Error, t: (key: string) => string): string {
  if (!(error instanceof Problem)) return t('problem.unknown');
  if (error.status === 0) return t('problem.offline');
  return error.title || t('problem.unknown');
}
