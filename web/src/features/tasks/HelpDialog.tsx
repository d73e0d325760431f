import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';

const KEYS = ['j', 'k', 'Enter', 'x', 'c', 'n', '/', 'Esc', '?'];

/** The keys there are. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('tasks');
  return (
    <Modal open title={t('keys.title')} footer={null} onCancel={onClose}>
      <dl className="task-keys">
        {KEYS.map((key, index) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(`keys.k${String(index)}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
