import { type InfiniteData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { api, type Schemas } from '../../api/client';
import { useLiveChanges } from '../../api/live';
import { answered } from '../../api/problems';
import type { Filters, Task } from './filters';

type TaskPage = Schemas['ListedTaskPage'];
const PAGE = 100;

/**
 * The list as far as it was scrolled. What changes meanwhile changes in place; what is new waits in `news` until it is
 * asked for, so that nothing moves under the reader's hand.
 */
export function useTaskList(filters: Filters) {
  const client = useQueryClient();
  const key = ['tasks', 'list', filters];
  const [news, setNews] = useState<{ of: string; count: number }>({ of: '', count: 0 });
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => readPage(filters, pageParam, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    staleTime: Infinity,
  });
  const known = JSON.stringify(filters);
  const tasks = query.data?.pages.flatMap((page) => page.items) ?? [];

  const look = useCallback(async () => {
    const before = client.getQueryData<InfiniteData<TaskPage>>(key);
    if (!before) return;
    const fresh = await readPage(filters, '').catch(() => null);
    if (fresh === null) return;
    const shown = before.pages.flatMap((page) => page.items);
    const shownIds = new Set(shown.map((one) => one.id));
    client.setQueryData<InfiniteData<TaskPage>>(key, merged(before, fresh));
    setNews({ of: known, count: fresh.items.filter((one) => !shownIds.has(one.id)).length });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `known` stands for `filters` and `key`
  }, [client, known]);

  useLiveChanges(() => {
    void look();
    void client.invalidateQueries({ queryKey: ['tasks', 'counts'] });
    void client.invalidateQueries({ queryKey: ['tasks', 'one'] });
  });
  return {
    ...query,
    tasks,
    news: news.of === known ? news.count : 0,
    look,
    showNews: async () => {
      setNews({ of: known, count: 0 });
      await client.resetQueries({ queryKey: key });
    },
  };
}

/** How many tasks wait, by whose they are. */
export function useCounts() {
  return useQuery({
    queryKey: ['tasks', 'counts'],
    queryFn: () => answered(api.GET('/api/user-tasks/counts')),
  });
}

async function readPage(filters: Filters, cursor: string, signal?: AbortSignal): Promise<TaskPage> {
  const query = { ...filters, limit: PAGE, ...(cursor === '' ? {} : { cursor }) };
  return answered(api.GET('/api/user-tasks', { params: { query }, signal }));
}

/** The pages shown, with what is fresher; what should be on the fresh page and is not has gone. */
function merged(before: InfiniteData<TaskPage>, fresh: TaskPage): InfiniteData<TaskPage> {
  const byId = new Map(fresh.items.map((one) => [one.id, one]));
  const last = fresh.items.at(-1);
  const isWhole = fresh.next === null;
  const stays = (task: Task) => byId.has(task.id) || (!isWhole && last !== undefined && isAfter(task, last));
  const pages = before.pages.map((page) => ({
    ...page,
    items: page.items.filter(stays).map((task) => byId.get(task.id) ?? task),
  }));
  return { ...before, pages };
}

function isAfter(one: Task, other: Task): boolean {
  const [a, b] = [one.due_at ?? '9', other.due_at ?? '9'];
  return a === b ? one.id > other.id : a > b;
}
