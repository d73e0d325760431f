import { useQuery } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useParams, useSearchParams } from 'react-router';
import { api } from '../../api/client';
import { answered } from '../../api/problems';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useTimes } from '../../ui/times';
import './audit.css';
import { Integrity } from './Integrity';
import { Replay } from './Replay';
import { useVersion } from './useBacktest';

/** A process instance by its id: the replay of its case, or its own when it works on none. */
export default function InstancePage() {
  const { id = '' } = useParams();
  const { t } = useTranslation('audit');
  const [query] = useSearchParams();
  const found = useQuery({
    queryKey: ['instances', id, 'one'],
    queryFn: () => answered(api.GET('/api/process-instances/{instance_id}', { params: { path: { instance_id: id } } })),
  });
  if (found.error) {
    return (
      <>
        <PageHeader title={t('case.instance')} />
        <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />
      </>
    );
  }
  if (!found.data) return <Skeleton active />;
  if (found.data.case_number === null) return <OfNoCase id={id} definitionId={found.data.definition_id} startedAt={found.data.started_at} />;
  const place = new URLSearchParams(query);
  place.set('instance', id);
  return <Navigate to={`/audit/cases/${found.data.case_number}?${place.toString()}`} replace />;
}

function OfNoCase({ id, definitionId, startedAt }: { id: string; definitionId: string; startedAt: string }) {
  const { t } = useTranslation('audit');
  const times = useTimes();
  return (
    <>
      <PageHeader
        title={useVersion(definitionId) ?? t('case.instance')}
        subtitle={
          <>
            <Link to="/audit">{t('back')}</Link> · {t('case.started', { at: times.zoned(startedAt) })}
          </>
        }
      />
      <Integrity instanceId={id} number={null} />
      <Replay instanceId={id} />
    </>
  );
}
