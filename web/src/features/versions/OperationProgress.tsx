import { Alert, Progress, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useFailures, useOperation } from './useMigration';

/** How far the job is, and in the end what failed and why. */
export function OperationProgress({ operationId }: { operationId: string }) {
  const { t } = useTranslation('versions');
  const operation = useOperation(operationId);
  const isEnded = operation.data?.ended_at != null;
  const failures = useFailures(operationId, isEnded);
  const found = operation.data;
  if (!found) return operation.error ? <ProblemAlert error={operation.error} /> : <Skeleton active />;
  const done = found.succeeded + found.failed;
  return (
    <section className="operation" aria-labelledby="operation">
      <h2 id="operation">{t(isEnded ? 'operation.ended' : 'operation.running')}</h2>
      <Progress
        percent={found.total === 0 ? 100 : Math.round((100 * done) / found.total)}
        status={isEnded ? (found.failed > 0 ? 'exception' : 'success') : 'active'}
        aria-label={t('operation.progress')}
      />
      <p role="status">{t('operation.counts', { succeeded: found.succeeded, failed: found.failed, total: found.total })}</p>
      <p className="operation-reason">{t('operation.because', { reason: found.reason })}</p>
      {(failures.data?.items ?? []).map((each) => (
        <Alert key={each.position} type="error" title={<code>{each.target_id}</code>} description={each.detail} />
      ))}
    </section>
  );
}
