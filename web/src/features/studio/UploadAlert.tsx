import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Problem } from '../../api/problems';
import { problemTitle } from '../../ui/ProblemAlert';
import type { Refused } from './useUpload';

/** Which files were not taken and why; nothing of them was stored. */
export function UploadAlert({ refused, onClose }: { refused: Refused | null; onClose: () => void }) {
  const { t } = useTranslation('studio');
  const { t: shell } = useTranslation('shell');
  if (refused === null) return null;
  const { error, names } = refused;
  const reasons = error instanceof Problem ? error.errors.map(({ message }) => message) : [];
  const said = error === null ? t('refused.large') : reasons.join(' ') || problemTitle(error, shell);
  return (
    <Alert
      className="problem"
      type="error"
      showIcon
      role="alert"
      closable={{ onClose }}
      title={t('refused.title', { names: names.join(', ') })}
      description={said}
    />
  );
}
