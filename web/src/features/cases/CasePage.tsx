import { ArrowLeftOutlined } from '@ant-design/icons';
import { Skeleton } from 'antd';
import { lazy } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { Sections } from '../../ui/Sections';
import { useAddress } from '../../ui/useAddress';
import { CaseActions } from './CaseActions';
import { CaseOverview } from './CaseOverview';
import './cases.css';
import { CaseTasks } from './CaseTasks';
import { useCaseDetail } from './useCaseDetail';

const Timeline = lazy(() => import('./Timeline'));
const Comments = lazy(() => import('./Comments'));
const Attachments = lazy(() => import('./Attachments'));
const CaseDiagrams = lazy(() => import('./CaseDiagrams'));

/** One case: where it stands in words, what was promised, what happened, what is to be done. */
export default function CasePage() {
  const { t } = useTranslation(['cases', 'wording'], { nsMode: 'fallback' });
  const { number = '' } = useParams();
  const { query, set } = useAddress();
  const detail = useCaseDetail(number);
  if (detail.isPending) return <Skeleton active />;
  if (!detail.data) return <ProblemAlert error={detail.error} onRetry={() => void detail.refetch()} />;
  const one = detail.data;
  const tabs = {
    overview: <CaseOverview detail={one} />,
    timeline: <Timeline caseNumber={number} />,
    diagram: <CaseDiagrams instances={one.process_instances} />,
    tasks: <CaseTasks caseNumber={number} />,
    comments: <Comments caseNumber={number} />,
    attachments: <Attachments caseNumber={number} />,
  };
  const stands = one.state === 'open' ? t(`stage.${one.stage}`) : t(`state.${one.state}`);
  return (
    <>
      <p className="case-back">
        <Link to="/cases">
          <ArrowLeftOutlined aria-hidden /> {t('back')}
        </Link>
      </p>
      <PageHeader
        title={one.number}
        subtitle={[one.request_type && t(`type.${one.request_type}`), t(`priority.${one.priority}`), stands].filter(Boolean).join(' · ')}
        actions={one.state === 'archived' ? undefined : <CaseActions caseNumber={number} />}
      />
      <Sections
        active={query.get('tab') ?? 'overview'}
        label={one.number}
        onChange={(key) => set({ tab: key === 'overview' ? null : key }, { replace: true })}
        sections={Object.entries(tabs).map(([key, children]) => ({ key, label: t(`tab.${key}`), children }))}
      />
    </>
  );
}
