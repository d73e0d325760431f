import { Button, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from './ProblemAlert';
import type { Pages } from './usePages';

interface Props<T> {
  pages: Pages<T>;
  /** What is said of a list with nothing in it. */
  blank: ReactNode;
  /** The words on the button for the next page, where it is not just more of the same. */
  more?: string;
  /** The items, of which there is one at least. */
  children: (items: T[]) => ReactNode;
}

/** A list as far as it was read, what stands in its place while it is read, fails or is empty, and its next page. */
export function PagedList<T>({ pages, blank, more, children }: Props<T>) {
  const { t } = useTranslation('shell');
  const { query, items } = pages;
  return (
    <>
      <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && <Skeleton active />}
      {items?.length === 0 && blank}
      {items !== undefined && items.length > 0 && children(items)}
      {query.hasNextPage && (
        <Button className="more" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {more ?? t('more')}
        </Button>
      )}
    </>
  );
}
