import { Button, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Blank } from '../../ui/Blank';
import { useNames } from '../../ui/names';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useTimes } from '../../ui/times';
import './audit.css';
import { AuditNav } from './AuditNav';
import { ReviewTag } from './ReviewTag';
import { type Backtest, useBacktests, useVersion } from './useBacktest';

/** Back-tests of versions, and what was said of them. */
export default function BacktestsPage() {
  const { t } = useTranslation('audit');
  const list = useBacktests();
  const found = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHeader title={t('nav.backtests')} subtitle={t('backtests.subtitle')} />
      <AuditNav />
      {list.isPending && <Skeleton active />}
      <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />
      {list.data && found.length === 0 && <Blank title={t('backtests.none')}>{t('backtests.noneHint')}</Blank>}
      {found.length > 0 && <BacktestTable found={found} />}
      {list.hasNextPage && (
        <Button className="more" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </>
  );
}

function BacktestTable({ found }: { found: readonly Backtest[] }) {
  const { t } = useTranslation('audit');
  const times = useTimes();
  const nameOf = useNames(found.map((one) => one.created_by));
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that keys can scroll it
    <div className="find-table" tabIndex={0} role="region" aria-label={t('nav.backtests')}>
      <table>
        <thead>
          <tr>
            {['process', 'cases', 'review', 'begunBy', 'begun'].map((name) => (
              <th key={name} scope="col">
                {t(`column.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
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
        </tbody>
      </table>
    </div>
  );
}

function VersionName({ definitionId }: { definitionId: string }) {
  const { t } = useTranslation('audit');
  return <>{useVersion(definitionId) ?? t('backtests.unnamed')}</>;
}
