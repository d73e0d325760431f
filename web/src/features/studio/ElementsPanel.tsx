import { Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Editing } from './editing';

/** Every element as a list: a drawing can be read neither by keyboard nor aloud. */
export function ElementsPanel({ editing, onSelect }: { editing: Editing; onSelect: (id: string) => void }) {
  const { t } = useTranslation('studio');
  const [wanted, setWanted] = useState('');
  const lower = wanted.toLowerCase();
  const shown = editing.elements.filter((one) => `${one.name} ${one.id} ${one.type}`.toLowerCase().includes(lower));
  return (
    <>
      <Input.Search
        allowClear
        size="small"
        aria-label={t('elements.search')}
        placeholder={t('elements.search')}
        value={wanted}
        onChange={(event) => {
          setWanted(event.target.value);
        }}
      />
      <ul className="elements">
        {shown.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              aria-pressed={one.id === editing.selected}
              onClick={() => {
                onSelect(one.id);
              }}
            >
              <span>{one.name || one.id}</span>
              <small>{one.type}</small>
            </button>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p className="hint">{t('elements.none')}</p>}
    </>
  );
}
