import { Button, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../../ui/ProblemAlert';
import type { Pages } from './useBoard';

interface Props<T> {
  title: string;
  hint?: string;
  actions?: ReactNode;
  pages: Pages<T>;
  /** What is said of a list with nothing in it. */
  blank: ReactNode;
  children: (items: T[]) => ReactNode;
}

/** A list below the numbers: heading, what can be done with it, its pages so far and the next one. */
export function Section<T>({ title, hint, actions, pages, blank, children }: Props<T>) {
  const { t } = useTranslation('board');
  const { query, items } = pages;
  return (
    <section className="board-list" aria-label={title}>
      <header>
        <div>
          <h2>{title}</h2>
          {hint !== undefined && <p>{hint}</p>}
        </div>
        {actions}
      </header>
      <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && <Skeleton active />}
      {items?.length === 0 && blank}
      {items !== undefined && items.length > 0 && children(items)}
      {query.hasNextPage && (
        <Button block loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </section>
  );
}
