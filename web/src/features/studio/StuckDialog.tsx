import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import type { useSavedLeaving } from './useDraft';

/** Leaving, and the last changes could not be saved. */
export function StuckDialog({ leaving }: { leaving: ReturnType<typeof useSavedLeaving> }) {
  const { t } = useTranslation('studio');
  return (
    <Modal
      open={leaving.isStuck}
      title={t('stuck.title')}
      okText={t('stuck.stay')}
      cancelText={t('stuck.leave')}
      onOk={leaving.stay}
      onCancel={leaving.leave}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
    >
      {t('stuck.hint')}
    </Modal>
  );
}
