import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Blank } from '../../ui/Blank';
import { PagedList } from '../../ui/PagedList';
import { PageHeader } from '../../ui/PageHeader';
import { AuditNav } from './AuditNav';
import './audit.css';
import { ExportItem } from './ExportItem';
import { ExportDialog } from './ExportDialog';
import { useExports } from './useExports';

/** Populations, event logs and the whole journal: what was taken, and how it stands against the journal. */
export default function ExportsPage() {
  const { t } = useTranslation('audit');
  const pages = useExports();
  const [isAsking, setAsking] = useState(false);
  const ask = (
    <Button type="primary" onClick={() => setAsking(true)}>
      {t('exports.ask')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('exports.title')} subtitle={t('exports.subtitle')} actions={pages.items?.length ? ask : undefined} />
      <AuditNav />
      <PagedList
        pages={pages}
        blank={
          <Blank title={t('exports.none')} action={ask}>
            {t('exports.noneHint')}
          </Blank>
        }
      >
        {(exports) => (
          <ul className="export-list" aria-label={t('exports.title')}>
            {exports.map((one) => (
              <ExportItem key={one.id} made={one} />
            ))}
          </ul>
        )}
      </PagedList>
      {isAsking && <ExportDialog onClose={() => setAsking(false)} />}
    </>
  );
}
