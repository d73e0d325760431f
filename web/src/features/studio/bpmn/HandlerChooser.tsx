import { DownloadOutlined } from '@ant-design/icons';
import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Catalogue } from '../useModels';
import type { Handler } from './applyHandler';
import { templatesOf } from './handlerTemplates';

interface Props {
  isOpen: boolean;
  catalogue: Catalogue;
  onChoose: (handler: Handler) => void;
  onClose: () => void;
}

/** Which registered handler a service task runs: searched by name and by what it does. */
export function HandlerChooser({ isOpen, catalogue, onChoose, onClose }: Props) {
  const { t } = useTranslation('studio');
  const [wanted, setWanted] = useState('');
  const shown = catalogue.handlers.filter((each) => `${each.name} ${each.description}`.toLowerCase().includes(wanted.toLowerCase()));
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
        {shown.map((each) => (
          <li key={each.name}>
            <button
              type="button"
              onClick={() => {
                onChoose(each);
              }}
            >
              <code>{each.name}</code>
              <span>{each.description}</span>
              <small>{inputsOf(each)}</small>
            </button>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p className="hint">{t('handlers.none')}</p>}
      <Button
        type="link"
        icon={<DownloadOutlined />}
        onClick={() => {
          download(catalogue);
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
function download(catalogue: Catalogue): void {
  const content = new Blob([JSON.stringify(templatesOf(catalogue), null, 2)], { type: 'application/json' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = 'opsflow-handlers.json';
  link.click();
  URL.revokeObjectURL(link.href);
}
