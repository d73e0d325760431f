import { App, Input, Modal, Select, Skeleton } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { Problem } from '../../api/problems';
import { type FormHandle, FormView } from '../../forms/FormView';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { JsonField, readValues, type Values } from './JsonField';
import { EVERYDAY, TrialFields, type TrialSettings } from './TrialFields';
import { useStart, useStartForm, useTry } from './useBeginning';
import type { Version } from './useVersions';

export type BeginMode = 'try' | 'start';

const NOTHING: Values = {};

/** Begin an instance of a version: in earnest, or in a sandbox. With the form of its start event where it has one. */
export function BeginDialog({ mode, version, onClose }: { mode: BeginMode; version: Version; onClose: () => void }) {
  const { t } = useTranslation('versions');
  const { message } = App.useApp();
  const navigate = useNavigate();
  const starts = version.starts;
  const usual = starts.find((each) => each.kind === 'none') ?? starts[0];
  const [startId, setStart] = useState(usual?.element_id ?? null);
  const [businessKey, setBusinessKey] = useState('');
  const [json, setJson] = useState('');
  const [trial, setTrial] = useState<TrialSettings>(EVERYDAY);
  const form = useRef<FormHandle>(null);
  const startForm = useStartForm(version.id, startId);
  const start = useStart(version);
  const trying = useTry();
  const error = start.error ?? trying.error;
  const values = readValues(json);

  function begin() {
    const filled = startForm.data?.form ? form.current?.submit() : values;
    if (!filled) return;
    const begun = { definitionId: version.id, startEvent: startId, businessKey: businessKey.trim() || null };
    if (mode === 'try') {
      trying.mutate(
        { ...begun, variables: filled, ...trial },
        { onSuccess: (made) => void navigate(`/studio/try/${made.id}`) },
      );
      return;
    }
    start.mutate(
      { ...begun, variables: filled },
      {
        onSuccess: () => {
          message.success(t('begin.started', { version: version.version }));
          onClose();
        },
      },
    );
  }

  return (
    <Modal
      open
      width={640}
      title={t(mode === 'try' ? 'begin.tryTitle' : 'begin.startTitle', { version: version.version })}
      okText={t(mode === 'try' ? 'begin.try' : 'begin.start')}
      okButtonProps={{ disabled: values === null || startForm.isPending }}
      confirmLoading={start.isPending || trying.isPending}
      onOk={begin}
      onCancel={onClose}
    >
      <p>{t(mode === 'try' ? 'begin.tryHint' : 'begin.startHint')}</p>
      <ProblemAlert error={error} />
      {error instanceof Problem && error.detail && <p className="problem-detail">{error.detail}</p>}
      {starts.length > 1 && (
        <label className="field">
          {t('begin.at')}
          <Select
            value={startId}
            onChange={setStart}
            options={starts.map((each) => ({
              value: each.element_id,
              label: `${t(`kind.${each.kind}`)}${each.name ? ` · ${each.name}` : ''} (${each.element_id})`,
            }))}
          />
        </label>
      )}
      {startForm.isPending && <Skeleton active />}
      {startForm.data?.form && (
        <FormView
          ref={form}
          schema={startForm.data.form}
          data={NOTHING}
          revision={startId ?? ''}
          isReadOnly={false}
          onChange={() => undefined}
        />
      )}
      {startForm.data && !startForm.data.form && (
        <JsonField label={t('begin.variables')} value={json} onChange={setJson} />
      )}
      <label className="field">
        {t('begin.businessKey')}
        <Input value={businessKey} maxLength={255} onChange={(event) => setBusinessKey(event.target.value)} />
      </label>
      {mode === 'try' && <TrialFields value={trial} onChange={setTrial} />}
    </Modal>
  );
}
