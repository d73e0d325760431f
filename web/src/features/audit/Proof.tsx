import { DownloadOutlined } from '@ant-design/icons';
import { Alert, Button, Skeleton, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useTimes } from '../../ui/times';
import './lists.css';
import { save } from './saving';
import { useNewCheckpoint } from './useIntegrity';
import { fileOf, type Proven, useProof } from './useProof';

type Checked = Extract<Proven, { state: 'checked' }>;

/** What is proven of one event, until when, and by whom: in plain words, computed again in the reader's browser. */
export function Proof({ eventId }: { eventId: number }) {
  const found = useProof(eventId);
  if (found.error) return <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton active paragraph={{ rows: 1 }} title={false} />;
  return (
    <div className="proof">
      {found.data.state === 'waiting' ? <Waiting nextAt={found.data.nextAt} /> : <Verdict eventId={eventId} found={found.data} />}
    </div>
  );
}

function Waiting({ nextAt }: { nextAt: string | null }) {
  const { t } = useTranslation('audit');
  const times = useTimes();
  const sign = useNewCheckpoint();
  return (
    <>
      <Alert
        type="info"
        showIcon
        role="status"
        title={t('proof.waiting')}
        description={nextAt === null ? t('proof.waitingSoon') : t('proof.waitingUntil', { at: times.zoned(nextAt) })}
        action={
          <Button size="small" loading={sign.isPending} onClick={() => sign.mutate()}>
            {t('proof.sealNow')}
          </Button>
        }
      />
      <ProblemAlert error={sign.error} />
    </>
  );
}

function Verdict({ eventId, found }: { eventId: number; found: Checked }) {
  const { t } = useTranslation('audit');
  const times = useTimes();
  const { proof, isIncluded, isSigned } = found;
  const facts = { at: times.zoned(proof.checkpoint.at), place: proof.leaf_index + 1, size: proof.checkpoint.size };
  const isBroken = isIncluded === false || isSigned === false;
  const outcome = isIncluded === false ? 'changed' : isSigned === false ? 'unsigned' : isIncluded === null ? 'unchecked' : 'proven';
  return (
    <>
      <Alert
        type={isBroken ? 'error' : isIncluded === null ? 'warning' : 'success'}
        showIcon
        role={isBroken ? 'alert' : 'status'}
        title={t(`proof.${outcome}`)}
        description={
          <>
            <p>{t(`proof.${outcome}Hint`, facts)}</p>
            {outcome === 'proven' && <p>{t(isSigned ? 'proof.signed' : 'proof.signatureElsewhere')}</p>}
          </>
        }
      />
      <details>
        <summary>{t(outcome === 'changed' ? 'proof.stored' : 'proof.exact')}</summary>
        <pre>{proof.event}</pre>
      </details>
      <Space wrap>
        <Button
          size="small"
          icon={<DownloadOutlined />}
          onClick={() => save(fileOf(proof), `event-${String(eventId)}.proof.jsonl`)}
        >
          {t('proof.download')}
        </Button>
        <a href="/api/journal/verifier" download>
          {t('export.verifier')}
        </a>
      </Space>
    </>
  );
}
