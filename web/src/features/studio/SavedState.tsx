import { CheckOutlined, ExclamationCircleOutlined, LoadingOutlined, SyncOutlined } from '@ant-design/icons';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Saving } from './saver';

const ICONS = {
  saved: <CheckOutlined />,
  waiting: <LoadingOutlined />,
  saving: <SyncOutlined spin />,
  late: <ExclamationCircleOutlined />,
  failed: <ExclamationCircleOutlined />,
};
const COLORS = { saved: 'success', waiting: 'default', saving: 'processing', late: 'error', failed: 'warning' };

/** Whether what is on the screen is stored. */
export function SavedState({ saving }: { saving: Saving }) {
  const { t } = useTranslation('studio');
  return (
    <Tag icon={ICONS[saving]} color={COLORS[saving]} role="status" data-saving={saving}>
      {t(`saving.${saving}`)}
    </Tag>
  );
}
