import { CheckCircleOutlined, CloseCircleOutlined, WarningOutlined } from '@ant-design/icons';
import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { inOrder, messageOf } from './reporting';
import type { Finding, Report } from './useModels';

interface Props {
  report: Report | undefined;
  error: Error | null;
  /** The file that is open; findings of others say theirs. */
  file: string;
  onSelect: (id: string) => void;
}

/** What a deployment would say of the draft now, as a list; each finding leads to its element. */
export function ReportPanel({ report, error, file, onSelect }: Props) {
  const { t } = useTranslation('studio');
  if (error) return <ProblemAlert error={error} />;
  if (report === undefined) return <Skeleton active />;
  if (report.problems.length === 0) {
    return (
      <p className="report-clean">
        <CheckCircleOutlined /> {t('report.clean')}
      </p>
    );
  }
  return (
    <ul className="report">
      {inOrder(report.problems).map((finding, index) => (
        <li key={`${index}-${finding.code}`}>
          <Line finding={finding} file={file} onSelect={onSelect} />
        </li>
      ))}
    </ul>
  );
}

function Line({ finding, file, onSelect }: { finding: Finding; file: string; onSelect: (id: string) => void }) {
  const { t, i18n } = useTranslation('studio');
  const isError = finding.severity === 'error';
  const place = [
    finding.file === file ? null : finding.file,
    finding.element_name ?? finding.element_id,
    finding.line === null ? null : t('report.line', { line: finding.line }),
  ].filter((part) => part !== null && part !== '');
  return (
    <button
      type="button"
      className={isError ? 'is-error' : 'is-warning'}
      data-element={finding.element_id}
      disabled={finding.element_id === null || finding.file !== file}
      onClick={() => {
        if (finding.element_id !== null) onSelect(finding.element_id);
      }}
    >
      {isError ? <CloseCircleOutlined aria-label={t('report.error')} /> : <WarningOutlined aria-label={t('report.warning')} />}
      <span>
        {messageOf(finding, i18n.language)}
        <small>{place.join(' · ')}</small>
      </span>
    </button>
  );
}
