import { SafetyCertificateOutlined } from '@ant-design/icons';
import { Alert, Button, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { BrokenSeals, Sealed } from './Sealed';
import { useSeal, useVerdict } from './useIntegrity';

const TONES = { identical: 'success', different: 'error', other_version: 'warning', removed: 'warning' } as const;

/** Whether the record of an instance is whole, in plain words, and what that does not prove. */
export function Integrity({ instanceId, number }: { instanceId: string; number: string | null }) {
  const { t } = useTranslation('audit');
  const verdict = useVerdict(instanceId);
  const seal = useSeal(number);
  const error = verdict.error ?? seal.error;
  const again = () => void Promise.all([verdict.refetch(), seal.refetch()]);
  if (error) return <ProblemAlert error={error} onRetry={again} />;
  if (!verdict.data || (number !== null && !seal.data)) return <Skeleton active paragraph={{ rows: 1 }} title={false} />;
  const { outcome, events, inputs, seq } = verdict.data;
  const isBroken = seal.data !== undefined && (seal.data.broken.length > 0 || seal.data.is_signed === false);
  const tone = isBroken ? 'error' : TONES[outcome];
  return (
    <Alert
      className="integrity"
      type={tone}
      showIcon
      icon={tone === 'success' ? <SafetyCertificateOutlined /> : undefined}
      role={tone === 'error' ? 'alert' : 'status'}
      title={t(isBroken ? 'integrity.tampered' : `integrity.${outcome}`)}
      description={
        <>
          {seal.data && isBroken && <BrokenSeals seal={seal.data} instanceId={instanceId} />}
          <p>
            {outcome === 'identical' && t('integrity.replayed', { events, inputs })}
            {outcome !== 'identical' && isBroken && t(`integrity.${outcome}`)}{' '}
            {outcome !== 'identical' && seq !== null && t('integrity.first', { seq })} {outcome !== 'identical' && verdict.data.detail}
          </p>
          {seal.data && <Sealed seal={seal.data} />}
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
        <Button size="small" loading={verdict.isFetching || seal.isFetching} onClick={again}>
          {t('integrity.again')}
        </Button>
      }
    />
  );
}
