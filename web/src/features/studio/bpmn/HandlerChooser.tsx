import { Input, Modal } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Catalogue } from '../useModels';
import { type Template, templatesOf } from './handlerTemplates';

interface Props {
  isOpen: boolean;
  catalogue: Catalogue;
  onChoose: (template: Template) => void;
  onClose: () => void;
}

/** Which registered handler a service task runs: searched by name and by what it does. */
export function HandlerChooser({ isOpen, catalogue, onChoose, onClose }: Props) {
  const { t } = useTranslation('studio');
  const [wanted, setWanted] = useState('');
  const templates = useMemo(() => templatesOf(catalogue), [catalogue]);
  const shown = templates.filter((each) => `${each.name} ${each.description}`.toLowerCase().includes(wanted.toLowerCase()));
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
          <li key={each.id}>
            <button
              type="button"
              onClick={() => {
                onChoose(each);
              }}
            >
              <code>{each.name}</code>
              <span>{each.description}</span>
            </button>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p className="hint">{t('handlers.none')}</p>}
    </Modal>
  );
}
