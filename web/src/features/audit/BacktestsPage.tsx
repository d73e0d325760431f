import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Blank } from '../../ui/Blank';
import { useNames } from '../../ui/names';
import { PagedList } from '../../ui/PagedList';
import { PageHeader } from '../../ui/PageHeader';
import { ScrolledTable } from '../../ui/ScrolledTable';
import { useTimes } from '../../ui/times';
import './audit.css';
import { AuditNav } from './AuditNav';
import { ReviewTag } from './ReviewTag';
import { type Backtest, useBacktests, useVersion } from './useBacktest';

const COLUMNS = ['process', 'cases', 'review', 'begunBy', 'begun'];

/** Back-tests of versions, and what was said of them. */
export default function BacktestsPage() {
  const { t } = useTranslation('audit');
  const pages = useBacktests();
  return (
    <>
      <PageHeader title={t('nav.backtests')} subtitle={t('backtests.subtitle')} />
      <AuditNav />
      <PagedList pages={pages} blank={<Blank title={t('backtests.none')}>{t('backtests.noneHint')}</Blank>}>
        {(found) => <BacktestTable found={found} />}
      </PagedList>
    </>
  );
}

function BacktestTable({ found }: { found: readonly Backtest[] }) {
  const { t } = useTranslation('audit');
  const times = useTimes();
  const nameOf = useNames(found.map((one) => one.created_by));
  return (
    <ScrolledTable label={t('nav.backtests')} columns={COLUMNS.map((name) => t(`column.${name}`))}>
      {found.map((one) => (
        <tr key={one.id}>
          <td>
            <Link to={`/audit/backtests/${one.id}`}>
              <VersionName definitionId={one.definition_id} />
            </Link>
          </td>
          <td className="nowrap">{t('backtests.tried', { tried: one.tried, total: one.total })}</td>
          <td>
            <ReviewTag accepted={one.is_accepted} />
          </td>
          <td>{nameOf(one.created_by)}</td>
          <td className="nowrap">{times.on(one.created_at)}</td>
        </tr>
      ))}
    </ScrolledTable>
  );
}

function VersionName({ definitionId }: { definitionId: string }) {
  const { t } = useTranslation('audit');
  return <>{useVersion(definitionId) ?? t('backtests.unnamed')}</>;
}
