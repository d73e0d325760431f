import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Blank } from '../../ui/Blank';
import { useNames } from '../../ui/names';
import { PagedList } from '../../ui/PagedList';
import { PageHeader } from '../../ui/PageHeader';
import { ScrolledTable } from '../../ui/ScrolledTable';
import { useTimes } from '../../ui/times';
import { AuditNav } from './AuditNav';
import './audit.css';
import { SampleDialog } from './SampleDialog';
import { type CaseSample, useSamples } from './useSamples';

const COLUMNS = ['purpose', 'size', 'population', 'checked', 'seed', 'who', 'drawn'];

/** Samples that auditors drew. */
export default function SamplesPage() {
  const { t } = useTranslation('audit');
  const pages = useSamples();
  const [isDrawing, setDrawing] = useState(false);
  const draw = (
    <Button type="primary" onClick={() => setDrawing(true)}>
      {t('sample.draw')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('sample.title')} subtitle={t('sample.subtitle')} actions={pages.items?.length ? draw : undefined} />
      <AuditNav />
      <PagedList
        pages={pages}
        blank={
          <Blank title={t('sample.none')} action={draw}>
            {t('sample.noneHint')}
          </Blank>
        }
      >
        {(samples) => <SampleTable samples={samples} />}
      </PagedList>
      {isDrawing && <SampleDialog asked={{}} period={{ from: null, to: null }} onClose={() => setDrawing(false)} />}
    </>
  );
}

function SampleTable({ samples }: { samples: readonly CaseSample[] }) {
  const { t } = useTranslation('audit');
  const times = useTimes();
  const nameOf = useNames(samples.map((one) => one.drawn_by));
  return (
    <ScrolledTable label={t('sample.title')} columns={COLUMNS.map((name) => t(`column.${name}`))}>
      {samples.map((one) => (
        <tr key={one.id}>
          <td className="fold">
            <Link to={`/audit/samples/${one.id}`}>{one.purpose}</Link>
          </td>
          <td>{one.drawn}</td>
          <td>{one.population}</td>
          <td className="nowrap">{t('sample.checkedOf', { checked: one.checked, of: one.drawn })}</td>
          <td>
            <code>{one.seed}</code>
          </td>
          <td>{nameOf(one.drawn_by)}</td>
          <td className="nowrap">{times.on(one.drawn_at)}</td>
        </tr>
      ))}
    </ScrolledTable>
  );
}
