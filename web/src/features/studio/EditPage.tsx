import { useQuery } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useParams } from 'react-router';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { draftOfVersion } from './useModels';

/** `/studio/edit/process/<id>`: any deployed version as a draft; for links from other pages. */
export default function EditPage() {
  const { t } = useTranslation('studio');
  const { kind = '', definitionId = '' } = useParams();
  const draft = useQuery({
    queryKey: ['studio', 'edit', kind, definitionId],
    queryFn: () => draftOfVersion(kind, definitionId),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
  if (draft.data) return <Navigate to={`/studio/drafts/${draft.data.id}`} replace />;
  if (!draft.error) return <Skeleton active />;
  return (
    <>
      <PageHeader title={t('title')} />
      <ProblemAlert error={draft.error} />
      <Link to="/studio">{t('back')}</Link>
    </>
  );
}
