import { DeleteOutlined, UndoOutlined } from '@ant-design/icons';
import { Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { useProblem } from '../../ui/useProblem';
import { type Sandbox, useDiscard } from './useSandbox';

/** What can be done with the sandbox as a whole. */
export function TryActions({ sandbox, isBusy, onUndo }: { sandbox: Sandbox; isBusy: boolean; onUndo: () => void }) {
  const { t } = useTranslation('versions');
  const navigate = useNavigate();
  const discard = useDiscard(sandbox.id);
  const tell = useProblem();
  const home = `/studio/definitions/${sandbox.definition_key}`;
  return (
    <>
      <Button icon={<UndoOutlined />} disabled={sandbox.steps <= 1 || isBusy} onClick={onUndo}>
        {t('undo')}
      </Button>
      <Popconfirm
        title={t('discardSure')}
        okText={t('discard')}
        cancelText={t('keep')}
        onConfirm={() => discard.mutate(undefined, { onSuccess: () => void navigate(home), onError: tell })}
      >
        <Button icon={<DeleteOutlined />}>{t('discard')}</Button>
      </Popconfirm>
      <Link to={home}>
        <Button tabIndex={-1}>{t('back')}</Button>
      </Link>
    </>
  );
}
