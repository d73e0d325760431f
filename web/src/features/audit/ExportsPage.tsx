import { Button, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Blank } from '../../ui/Blank';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { AuditNav } from './AuditNav';
import './audit.css';
import { ExportItem } from './ExportItem';
import { ExportDialog } from './ExportDialog';
import { useExports } from './useExports';

/** Populations, event logs and the whole journal: what was taken, and how it stands against the journal. */
export default function ExportsPage() {
  const { t } = useTranslation('audit');
  const list = useExports();
  const [isAsking, setAsking] = useState(false);
  const exports = list.data?.pages.flatMap((page) => page.items) ?? [];
  const ask = (
    <Button type="primary" onClick={() => setAsking(true)}>
      {t('exports.ask')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('exports.title')} subtitle={t('exports.subtitle')} actions={exports.length > 0 && ask} />
      <AuditNav />
      {list.isPending && <Skeleton active />}
      <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />
      {list.data && exports.length === 0 && (
        <Blank title={t('exports.none')} action={ask}>
          {t('exports.noneHint')}
        </Blank>
      )}
      {exports.length > 0 && (
        <ul className="export-list" aria-label={t('exports.title')}>
          {exports.map((one) => (
            <ExportItem key={one.id} made={one} />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button className="more" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
      {isAsking && <ExportDialog onClose={() => setAsking(false)} />}
    </>
  );
}
