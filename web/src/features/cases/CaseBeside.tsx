import { Skeleton } from 'antd';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { CaseOverview } from './CaseOverview';
import './cases.css';
import { useCaseDetail } from './useCaseDetail';

/** The case of a task, beside its form: who asks, what for, and what was promised. */
export default function CaseBeside({ caseNumber }: { caseNumber: string }) {
  const detail = useCaseDetail(caseNumber);
  if (detail.isPending) return <Skeleton active />;
  if (!detail.data) return <ProblemAlert error={detail.error} onRetry={() => void detail.refetch()} />;
  return <CaseOverview detail={detail.data} />;
}
