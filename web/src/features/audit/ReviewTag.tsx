import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';

/** What the reviewer said of a back-test, or that nobody has. */
export function ReviewTag({ accepted }: { accepted: boolean | null }) {
  const { t } = useTranslation('audit');
  if (accepted === null) return <Tag>{t('backtest.unreviewed')}</Tag>;
  return <Tag color={accepted ? 'success' : 'error'}>{t(accepted ? 'backtest.accepted' : 'backtest.rejected')}</Tag>;
}
