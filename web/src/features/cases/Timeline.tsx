import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { answered } from '../../api/problems';
import { Blank } from '../../ui/Blank';
import { useNames } from '../../ui/names';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useTimes } from '../../ui/times';
import './cases.css';

const PAGE = 100;

/** What happened in a case, in order. */
export default function Timeline({ caseNumber }: { caseNumber: string }) {
  const { t, i18n } = useTranslation('cases');
  const times = useTimes();
  const query = useInfiniteQuery({
    queryKey: ['cases', caseNumber, 'timeline'],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/api/cases/{number}/timeline', {
          params: { path: { number: caseNumber }, query: { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const nameOf = useNames(items.map((item) => item.actor));
  if (query.isPending) return <Skeleton active />;
  if (query.isError) return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;
  if (items.length === 0) return <Blank title={t('timeline.none')} />;
  const isChinese = i18n.language.startsWith('zh');
  return (
    <>
      <ol className="case-timeline" aria-label={t('tab.timeline')}>
        {items.map((item) => (
          <li key={item.id}>
            <time dateTime={item.at} title={times.zoned(item.at)}>
              {times.on(item.at)}
            </time>
            <div>
              {isChinese ? item.text_zh : item.text_en}
              <small>
                {nameOf(item.actor)}
                {item.reason && ` · ${item.reason}`}
              </small>
            </div>
          </li>
        ))}
      </ol>
      {query.hasNextPage && (
        <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </>
  );
}
