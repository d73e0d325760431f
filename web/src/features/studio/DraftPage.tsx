import { Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useLanguage } from '../../shell/preferences';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { DraftStudio } from './DraftStudio';
import { useOpenedDraft } from './useDraft';
import { useNames } from './useNames';
import './studio.css';

/** One draft in the editor of its kind. Opened anew when the reader's language changes, or when he asks for it. */
export default function DraftPage() {
  const { t } = useTranslation('studio');
  const { draftId = '' } = useParams();
  const [opening, setOpening] = useState(0);
  const opened = useOpenedDraft(draftId, opening);
  const names = useNames();
  const language = useLanguage();
  const error = opened.error ?? names.error;
  if (error) {
    return (
      <>
        <PageHeader title={t('title')} />
        <ProblemAlert error={error} onRetry={() => void opened.refetch()} />
        <Link to="/studio">{t('back')}</Link>
      </>
    );
  }
  if (!opened.data || !names.data) return <Skeleton active />;
  return (
    <DraftStudio
      key={`${draftId} ${opening}`}
      opened={opened.data}
      names={names.data}
      language={language}
      onReopen={() => {
        setOpening((before) => before + 1);
      }}
    />
  );
}
