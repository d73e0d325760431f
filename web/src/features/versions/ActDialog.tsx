import { App, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { type Act, useAct, type Version } from './useVersions';

const REASONED: readonly Act[] = ['refuse', 'retire', 'reinstate'];
const SILENT: readonly Act[] = ['activate'];
const MOST = 1000;

/** One step of publishing, with the note or reason that goes with it; a refusal is shown where it was asked. */
export function ActDialog(props: { definitionKey: string; act: Act; version: Version; onClose: () => void }) {
  const { definitionKey, act, version, onClose } = props;
  const { t } = useTranslation('versions');
  const { message } = App.useApp();
  const [text, setText] = useState('');
  const perform = useAct(definitionKey);
  const isReasoned = REASONED.includes(act);
  const label = t(isReasoned ? 'reason' : 'note');
  return (
    <Modal
      open
      title={t('actTitle', { act: t(`act.${act}`), version: version.version })}
      okText={t(`act.${act}`)}
      okButtonProps={{ disabled: isReasoned && text.trim() === '', danger: act === 'retire' || act === 'withdraw' }}
      confirmLoading={perform.isPending}
      onOk={() =>
        perform.mutate(
          { act, version, note: text },
          {
            onSuccess: () => {
              message.success(t(`done.${act}`));
              onClose();
            },
          },
        )
      }
      onCancel={onClose}
    >
      <p>{t(`explain.${act}`)}</p>
      <ProblemAlert error={perform.error} />
      {!SILENT.includes(act) && (
        <label className="field">
          {label}
          <Input.TextArea value={text} maxLength={MOST} rows={3} onChange={(event) => setText(event.target.value)} />
        </label>
      )}
    </Modal>
  );
}
