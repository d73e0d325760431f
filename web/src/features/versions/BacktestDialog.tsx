import { useMutation } from '@tanstack/react-query';
import { DatePicker, InputNumber, Modal, Select, Switch } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../../api/client';
import { answered } from '../../api/problems';
import { ProblemAlert } from '../../ui/ProblemAlert';
import type { Version } from './useVersions';

const MOST_CASES = 10_000;
const USUAL_CASES = 1_000;

/** Try a version with cases that have ended; the report opens when it has begun. */
export function BacktestDialog(props: { version: Version; versions: readonly Version[]; onClose: () => void }) {
  const { version, versions, onClose } = props;
  const { t } = useTranslation('versions');
  const navigate = useNavigate();
  const isDraft = version.activated_at === null;
  const used = versions.filter((each) => each.activated_at !== null);
  const [sourceId, setSource] = useState(isDraft ? (used[0]?.id ?? version.id) : version.id);
  const [since, setSince] = useState<dayjs.Dayjs | null>(null);
  const [isEvery, setEvery] = useState(false);
  const [sample, setSample] = useState(USUAL_CASES);
  const request = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/api/process-definitions/{definition_id}/backtests', {
          params: { path: { definition_id: sourceId } },
          body: {
            deployment_id: version.deployment_id,
            renamed: {},
            population: {
              ended_from: since?.toISOString() ?? null,
              ended_before: null,
              outcome: null,
              is_every_version: isEvery,
              sample,
            },
          },
        }),
      ),
    onSuccess: (made) => void navigate(`/audit/backtests/${made.id}`),
  });
  return (
    <Modal
      open
      title={t('backtests.title', { version: version.version })}
      okText={t('backtests.begin')}
      confirmLoading={request.isPending}
      onOk={() => request.mutate()}
      onCancel={onClose}
    >
      <p>{t('backtests.hint')}</p>
      <ProblemAlert error={request.error} />
      <label className="field">
        {t('backtests.source')}
        <Select
          value={sourceId}
          onChange={setSource}
          options={used.map((each) => ({ value: each.id, label: t('version', { version: each.version }) }))}
        />
      </label>
      <label className="switch-field">
        <Switch checked={isEvery} onChange={setEvery} />
        {t('backtests.every')}
      </label>
      <label className="field">
        {t('backtests.since')}
        <DatePicker value={since} onChange={setSince} />
      </label>
      <label className="field">
        {t('backtests.sample')}
        <InputNumber min={1} max={MOST_CASES} value={sample} onChange={(count) => setSample(count ?? USUAL_CASES)} />
      </label>
    </Modal>
  );
}
