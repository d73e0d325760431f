import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { useIdentity } from '../../shell/session';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { type List, maySee } from './lists';
import { useOverview } from './useBoard';

interface Tile {
  name: keyof Schemas['OverviewView'];
  list: List;
  due?: string;
  /** How a number above nothing reads. */
  tone?: 'bad' | 'warn';
}

const TILES: readonly Tile[] = [
  { name: 'tasks', list: 'load' },
  { name: 'tasks_overdue', list: 'tasks', due: 'overdue', tone: 'bad' },
  { name: 'tasks_today', list: 'tasks', due: 'today', tone: 'warn' },
  { name: 'promises_at_risk', list: 'at_risk', tone: 'warn' },
  { name: 'promises_broken', list: 'broken', tone: 'bad' },
  { name: 'escalations', list: 'escalations', tone: 'warn' },
  { name: 'incidents', list: 'incidents', tone: 'bad' },
];

/** The numbers on top, each a way to the list behind it. */
export function Tiles({ list, due }: { list: List; due: string | null }) {
  const { t, i18n } = useTranslation('board');
  const identity = useIdentity();
  const overview = useOverview();
  if (overview.isPending) return <Skeleton active paragraph={{ rows: 2 }} />;
  if (overview.isError) return <ProblemAlert error={overview.error} onRetry={() => void overview.refetch()} />;
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <nav className="tiles" aria-label={t('tiles')}>
      {TILES.map((tile) => {
        const count = overview.data[tile.name];
        const said = (
          <>
            <b className={count > 0 && tile.tone ? tile.tone : undefined}>{number.format(count)}</b>
            <span>{t(`tile.${tile.name}`)}</span>
            {tile.name === 'tasks' && <small>{t('unclaimed', { count: overview.data.tasks_unclaimed })}</small>}
          </>
        );
        if (!maySee(identity, tile.list)) return <div key={tile.name} className="tile">{said}</div>;
        const isCurrent = tile.list === list && (tile.due ?? null) === (tile.list === 'tasks' ? due : null);
        const to = `/board?list=${tile.list}${tile.due ? `&due=${tile.due}` : ''}`;
        return (
          <Link key={tile.name} className="tile" to={to} aria-current={isCurrent ? 'page' : undefined}>
            {said}
          </Link>
        );
      })}
    </nav>
  );
}
