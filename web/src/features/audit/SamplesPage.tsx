import { Button, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Blank } from '../../ui/Blank';
import { useNames } from '../../ui/names';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useTimes } from '../../ui/times';
import { AuditNav } from './AuditNav';
import './audit.css';
import { SampleDialog } from './SampleDialog';
import { type CaseSample, useSamples } from './useSamples';

const COLUMNS = ['purpose', 'size', 'population', 'checked', 'seed', 'who', 'drawn'];

/** Samples that auditors drew. */
export default function SamplesPage() {
  const { t } = useTranslation('audit');
  const list = useSamples();
  const [isDrawing, setDrawing] = useState(false);
  const samples = list.data?.pages.flatMap((page) => page.items) ?? [];
  const draw = (
    <Button type="primary" onClick={() => setDrawing(true)}>
      {t('sample.draw')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('sample.title')} subtitle={t('sample.subtitle')} actions={samples.length > 0 && draw} />
      <AuditNav />
      {list.isPending && <Skeleton active />}
      <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />
      {list.data && samples.length === 0 && (
        <Blank title={t('sample.none')} action={draw}>
          {t('sample.noneHint')}
        </Blank>
      )}
      {samples.length > 0 && <SampleTable samples={samples} />}
      {list.hasNextPage && (
        <Button className="more" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
      {isDrawing && <SampleDialog asked={{}} period={{ from: null, to: null }} onClose={() => setDrawing(false)} />}
    </>
  );
}

function SampleTable({ samples }: { samples: readonly CaseSample[] }) {
  const { t } = useTranslation('audit');
  const times = useTimes();
  const nameOf = useNames(samples.map((one) => one.drawn_by));
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that keys can scroll it
    <div className="find-table" tabIndex={0} role="region" aria-label={t('sample.title')}>
      <table>
        <thead>
          <tr>
            {COLUMNS.map((name) => (
              <th key={name} scope="col">
                {t(`column.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
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
        </tbody>
      </table>
    </div>
  );
}
