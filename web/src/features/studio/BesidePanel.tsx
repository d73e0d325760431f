import type { UseQueryResult } from '@tanstack/react-query';
import { Badge, Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Editing } from './editing';
import { ElementsPanel } from './ElementsPanel';
import { ReportPanel } from './ReportPanel';
import type { Report } from './useModels';

interface Props {
  report: UseQueryResult<Report>;
  file: string;
  editing: Editing;
  onSelect: (id: string) => void;
}

/** Beside the drawing: what a deployment would say of it, and every element as a list. */
export function BesidePanel({ report, file, editing, onSelect }: Props) {
  const { t } = useTranslation('studio');
  const findings = report.data?.problems ?? [];
  const hasErrors = findings.some((finding) => finding.severity === 'error');
  return (
    <Tabs
      className="beside"
      size="small"
      items={[
        {
          key: 'report',
          label: (
            <Badge count={findings.length} size="small" offset={[10, 0]} color={hasErrors ? '#c5221f' : '#8a5c00'}>
              {t('report.title')}
            </Badge>
          ),
          children: <ReportPanel report={report.data} error={report.error} file={file} onSelect={onSelect} />,
        },
        {
          key: 'elements',
          label: t('elements.title'),
          children: <ElementsPanel editing={editing} onSelect={onSelect} />,
        },
      ]}
    />
  );
}
