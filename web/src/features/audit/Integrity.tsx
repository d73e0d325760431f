import { SafetyCertificateOutlined } from '@ant-design/icons';
import { Alert, Button, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useTimes } from '../../ui/times';
import { useCheckpoint, useVerdict } from './useIntegrity';

const TONES = { identical: 'success', different: 'error', other_version: 'warning', removed: 'warning' } as const;

/** Whether the record of an instance is whole, in plain words, and what that does not prove. */
export function Integrity({ instanceId }: { instanceId: string }) {
  const { t } = useTranslation('audit');
  const verdict = useVerdict(instanceId);
  if (verdict.error) return <ProblemAlert error={verdict.error} onRetry={() => void verdict.refetch()} />;
  if (!verdict.data) return <Skeleton active paragraph={{ rows: 1 }} title={false} />;
  const { outcome, events, inputs, seq } = verdict.data;
  const tone = TONES[outcome];
  return (
    <Alert
      className="integrity"
      type={tone}
      showIcon
      icon={tone === 'success' ? <SafetyCertificateOutlined /> : undefined}
      role={tone === 'error' ? 'alert' : 'status'}
      title={t(`integrity.${outcome}`)}
      description={
        <>
          <p>
            {outcome === 'identical' && t('integrity.replayed', { events, inputs })}
            {outcome !== 'identical' && seq !== null && t('integrity.first', { seq })} {outcome !== 'identical' && verdict.data.detail}
          </p>
          <Sealed />
          <details>
            <summary>{t('integrity.notProven')}</summary>
            <ul>
              <li>{t('integrity.notTruth')}</li>
              <li>{t('integrity.notForged')}</li>
              <li>{t('integrity.notWords')}</li>
              <li>{t('integrity.notTime')}</li>
            </ul>
          </details>
        </>
      }
      action={
        <Button size="small" loading={verdict.isFetching} onClick={() => void verdict.refetch()}>
          {t('integrity.again')}
        </Button>
      }
    />
  );
}

/** Up to where the journal is sealed. */
function Sealed() {
  const { t } = useTranslation('audit');
  const times = useTimes();
  const { data } = useCheckpoint();
  if (data === undefined) return null;
  return <p>{data === null ? t('integrity.unsealed') : t('integrity.sealed', { at: times.zoned(data.at), size: data.size })}</p>;
}
