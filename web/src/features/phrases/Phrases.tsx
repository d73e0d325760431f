import { DeleteOutlined, EditOutlined, SnippetsOutlined, TeamOutlined } from '@ant-design/icons';
import { Button, Popconfirm, Popover } from 'antd';
import { type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIdentity } from '../../shell/session';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useProblem } from '../../ui/useProblem';
import { useWriting } from './fields';
import { PhraseDialog } from './PhraseDialog';
import './phrases.css';
import { type Phrase, useDeletePhrase, usePhrases } from './usePhrases';

/** Words that people write again and again, put into the field of `place` that is being written in. */
export function Phrases({ place }: { place: RefObject<HTMLElement | null> }) {
  const { t } = useTranslation('phrases');
  const write = useWriting(place);
  const [isOpen, setOpen] = useState(false);
  const [edited, setEdited] = useState<Phrase | 'new' | null>(null);
  const edit = (phrase: Phrase | 'new') => {
    setOpen(false);
    setEdited(phrase);
  };
  const choose = ({ words }: Phrase) => {
    setOpen(false);
    write(words);
  };
  return (
    <>
      <Popover trigger="click" placement="topRight" open={isOpen} onOpenChange={setOpen} destroyOnHidden content={<PhraseList onChoose={choose} onEdit={edit} />}>
        <Button icon={<SnippetsOutlined />}>{t('title')}</Button>
      </Popover>
      {edited && <PhraseDialog phrase={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </>
  );
}

function PhraseList({ onChoose, onEdit }: { onChoose: (phrase: Phrase) => void; onEdit: (phrase: Phrase | 'new') => void }) {
  const { t } = useTranslation('phrases');
  const identity = useIdentity();
  const list = usePhrases();
  const remove = useDeletePhrase();
  const problem = useProblem();
  return (
    <div className="phrases">
      <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />
      {list.data?.items.length === 0 && <p>{t('none')}</p>}
      <ul aria-label={t('title')}>
        {list.data?.items.map((one) => (
          <li key={one.id}>
            <Button type="text" onClick={() => onChoose(one)}>
              <b>
                {one.name} {one.group !== null && <TeamOutlined aria-label={t('shared')} />}
              </b>
              <small>{one.words}</small>
            </Button>
            {one.owner === `person:${identity.person_id}` && (
              <>
                <Button type="text" size="small" icon={<EditOutlined />} aria-label={t('edit', { name: one.name })} onClick={() => onEdit(one)} />
                <Popconfirm title={t('confirm', { name: one.name })} onConfirm={() => remove.mutate(one.id, { onError: problem })}>
                  <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('delete', { name: one.name })} />
                </Popconfirm>
              </>
            )}
          </li>
        ))}
      </ul>
      <Button block onClick={() => onEdit('new')}>
        {t('new')}
      </Button>
    </div>
  );
}
