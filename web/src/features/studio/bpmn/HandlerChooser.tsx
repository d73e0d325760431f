import { DownloadOutlined } from '@ant-design/icons';
import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Catalogue } from '../useModels';
import type { Handler } from './applyHandler';
import { templatesOf } from './handlerTemplates';
import { descriptionOf } from './panel/labels';

interface Props {
  isOpen: boolean;
  catalogue: Catalogue;
  onChoose: (handler: Handler) => void;
  onClose: () => void;
}

/** Which registered handler a service task runs: searched by name and by what it does. */
export function HandlerChooser({ isOpen, catalogue, onChoose, onClose }: Props) {
  const { t, i18n } = useTranslation('studio');
  const [wanted, setWanted] = useState('');
  const described = catalogue.handlers.map((handler) => ({ handler, does: descriptionOf(handler, i18n.language) }));
  const lower = wanted.toLowerCase();
  const shown = described.filter(({ handler, does }) => `${handler.name} ${does}`.toLowerCase().includes(lower));
  return (
    <Modal open={isOpen} title={t('handlers.title')} footer={null} onCancel={onClose} destroyOnHidden>
      <p className="hint">{t('handlers.hint')}</p>
      <Input.Search
        allowClear
        aria-label={t('handlers.search')}
        placeholder={t('handlers.search')}
        value={wanted}
        onChange={(event) => {
          setWanted(event.target.value);
        }}
      />
      <ul className="handlers">
        {shown.map(({ handler, does }) => (
          <li key={handler.name}>
            <button
              type="button"
              onClick={() => {
                onChoose(handler);
              }}
            >
              <code>{handler.name}</code>
              <span>{does}</span>
              <small>{inputsOf(handler)}</small>
            </button>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p className="hint">{t('handlers.none')}</p>}
      <Button
        type="link"
        icon={<DownloadOutlined />}
        onClick={() => {
          download(catalogue, i18n.language);
        }}
      >
        {t('handlers.templates')}
      </Button>
    </Modal>
  );
}

function inputsOf(handler: Handler): string {
  return handler.parameters.map(({ name, is_required }) => (is_required ? `${name} *` : name)).join(', ');
}

/** The handlers as element templates, for the desktop Modeler. */
function download(catalogue: Catalogue, language: string): void {
  const content = new Blob([JSON.stringify(templatesOf(catalogue, language), null, 2)], { type: 'application/json' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = 'opsflow-handlers.json';
  link.click();
  URL.revokeObjectURL(link.href);
}
