import { ArrowUpOutlined } from '@ant-design/icons';
import { Button, Skeleton } from 'antd';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { Blank } from '../../ui/Blank';
import { useGroupNames, useNames, useProcesses } from '../../ui/names';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { WindowedList, type WindowedListHandle } from '../../ui/WindowedList';
import { countFilters, type Filters, type Task } from './filters';
import { TaskRow } from './TaskRow';
import type { useTaskList } from './useTaskList';

const ROW = 66;

interface Props {
  list: ReturnType<typeof useTaskList>;
  filters: Filters;
  openId: string | undefined;
  chosen: ReadonlyMap<string, Task>;
  addressOf: (task: Task) => string;
  onChoose: (task: Task, isChosen: boolean) => void;
  onClear: () => void;
  onGroups: () => void;
  ref: Ref<WindowedListHandle>;
}

/** The list itself: rows, what is new, and what to do when there is nothing. */
export function TaskList({ list, filters, openId, chosen, addressOf, onChoose, onClear, onGroups, ref }: Props) {
  const { t } = useTranslation('tasks');
  const processes = useProcesses();
  const texts = {
    processOf: (key: string) => processes.find((one) => one.key === key)?.name ?? key,
    nameOf: useNames(list.tasks.map((task) => task.assignee)),
    groupOf: useGroupNames(),
  };
  if (list.isPending) return <Skeleton active paragraph={{ rows: 8 }} className="task-waiting" />;
  if (list.isError) return <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />;
  const isFiltered = countFilters(filters) > 0;
  const scope = filters.scope ?? 'mine';
  return (
    <div className="task-list">
      {list.news > 0 && (
        <Button className="task-news" size="small" shape="round" icon={<ArrowUpOutlined />} onClick={() => void list.showNews()}>
          {t('news', { count: list.news })}
        </Button>
      )}
      {list.tasks.length === 0 ? (
        <Blank
          title={t(`empty.${isFiltered ? 'filtered' : scope}`)}
          action={!isFiltered && scope === 'mine' && <Button onClick={onGroups}>{t('empty.toGroups')}</Button>}
        >
          {isFiltered ? (
            <Button type="link" onClick={onClear}>
              {t('filters.clear')}
            </Button>
          ) : (
            t('empty.hint')
          )}
        </Blank>
      ) : (
        <WindowedList
          ref={ref}
          items={list.tasks}
          rowHeight={ROW}
          label={t('title')}
          keyOf={(task) => task.id}
          onEnd={() => {
            if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
          }}
          render={(task) => (
            <TaskRow
              task={task}
              to={addressOf(task)}
              isOpen={task.id === openId}
              isChosen={chosen.has(task.id)}
              texts={texts}
              onChoose={onChoose}
            />
          )}
          footer={list.isFetchingNextPage ? <Skeleton active paragraph={{ rows: 2 }} className="task-waiting" /> : null}
        />
      )}
    </div>
  );
}
