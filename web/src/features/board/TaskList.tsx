import { Button, Select, Table, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { has, useIdentity } from '../../shell/session';
import { Blank } from '../../ui/Blank';
import { useInLanguage } from '../../ui/inLanguage';
import { useGroupNames, useNames, useProcesses } from '../../ui/names';
import { useTimes } from '../../ui/times';
import { useAddress } from '../../ui/useAddress';
import { useWording } from '../../wording/useWording';
import { BulkDialog } from './BulkDialog';
import { Section } from './Section';
import { chosenOf, selecting } from './selecting';
import { STAGES, type Task, type TaskFilter, useTasks } from './useBoard';

const DUE = ['overdue', 'today', 'week', 'none'] as const;

/** Open tasks of the whole house by deadline, group and person; those chosen are given to somebody else. */
export function TaskList() {
  const { t } = useTranslation('board');
  const identity = useIdentity();
  const [filter] = useFilter();
  const pages = useTasks(filter);
  const said = useInLanguage();
  const [ids, setIds] = useState<string[]>([]);
  const [isOpen, setOpen] = useState(false);
  const chosen = chosenOf(pages.items, ids);
  const nameOf = (one: Task) => `${said(one.name) || one.element_id} · ${one.case_number ?? one.business_key ?? one.definition_key}`;
  const mayAct = has(identity, 'supervise');
  return (
    <Section
      title={t('tasks.title')}
      hint={t('tasks.hint')}
      actions={
        <div className="list-actions">
          <Filters />
          {mayAct && (
            <Button type="primary" disabled={chosen.length === 0} onClick={() => setOpen(true)}>
              {t('reassign.chosen', { count: chosen.length })}
            </Button>
          )}
        </div>
      }
      pages={pages}
      blank={<Blank title={t(filter.due === 'overdue' ? 'tasks.noneOverdue' : 'tasks.none')}>{t('tasks.noneHint')}</Blank>}
    >
      {(items) => (
        <>
          <Tasks items={items} selection={mayAct ? selecting(t, ids, setIds, nameOf) : undefined} />
          {isOpen && (
            <BulkDialog
              title={t('reassign.chosen', { count: chosen.length })}
              hint={t('reassign.hint')}
              request={{ kind: 'user_task.reassign', ids: chosen.map((one) => one.id) }}
              isReassigning
              nameOf={(id) => {
                const found = items.find((one) => one.id === id);
                return found ? nameOf(found) : id;
              }}
              onClose={() => {
                setOpen(false);
                setIds([]);
              }}
            />
          )}
        </>
      )}
    </Section>
  );
}

function Tasks({ items, selection }: { items: Task[]; selection: ReturnType<typeof selecting<Task>> | undefined }) {
  const { t } = useTranslation('board');
  const said = useInLanguage();
  const times = useTimes();
  const personName = useNames(items.map((one) => one.assignee));
  const groupName = useGroupNames();
  return (
    <Table<Task>
      size="middle"
      rowKey="id"
      dataSource={items}
      pagination={false}
      rowSelection={selection}
      columns={[
        {
          title: t('column.task'),
          key: 'task',
          render: (_, one) => (
            <div className="two-lines">
              <Link to={`/tasks/${one.id}`}>{said(one.name) || one.element_id}</Link>
              <small>{one.case_number ?? one.business_key ?? one.definition_key}</small>
            </div>
          ),
        },
        {
          title: t('column.due'),
          key: 'due',
          render: (_, one) =>
            one.due_at ? (
              <time dateTime={one.due_at} title={times.zoned(one.due_at)} className={(one.working_time_left_s ?? 1) <= 0 ? 'bad' : undefined}>
                {times.on(one.due_at)}
              </time>
            ) : (
              '—'
            ),
        },
        {
          title: t('column.holder'),
          key: 'holder',
          responsive: ['sm'],
          render: (_, one) => (one.assignee ? personName(one.assignee) : one.candidate_groups.map(groupName).join(', ') || '—'),
        },
        { title: t('column.priority'), key: 'priority', width: 90, responsive: ['lg'], render: (_, one) => one.case_priority && <Tag>{one.case_priority}</Tag> },
      ]}
    />
  );
}

function Filters() {
  const { t } = useTranslation('board');
  const [filter, put] = useFilter();
  const personName = useNames([filter.assignee]);
  const groupName = useGroupNames();
  const processes = useProcesses();
  const { stage } = useWording();
  const processName = (key: string) => processes.find((one) => one.key === key)?.name ?? key;
  return (
    <>
      {filter.group && <Tag closable onClose={() => put('group', null)}>{groupName(filter.group)}</Tag>}
      {filter.stage && <Tag closable onClose={() => put('stage', null)}>{stage(filter.stage)}</Tag>}
      {filter.process && <Tag closable onClose={() => put('process', null)}>{processName(filter.process)}</Tag>}
      {filter.element && <Tag closable onClose={() => put('element', null)}>{filter.element}</Tag>}
      {filter.assignee && <Tag closable onClose={() => put('assignee', null)}>{personName(filter.assignee)}</Tag>}
      <Select
        aria-label={t('due.label')}
        value={filter.due ?? 'all'}
        onChange={(due) => put('due', due === 'all' ? null : due)}
        popupMatchSelectWidth={false}
        options={(['all', ...DUE] as const).map((value) => ({ value, label: t(`due.${value}`) }))}
      />
    </>
  );
}

/** The address is the filter. */
function useFilter(): [TaskFilter, (name: keyof TaskFilter, value: string | null) => void] {
  const { query: search, set } = useAddress();
  const due = DUE.find((one) => one === search.get('due')) ?? null;
  const put = (name: keyof TaskFilter, value: string | null) => set({ [name]: value });
  const stage = STAGES.find((one) => one === search.get('stage')) ?? null;
  const said = (name: 'group' | 'assignee' | 'process' | 'element') => search.get(name);
  const filter = { due, stage, group: said('group'), assignee: said('assignee'), process: said('process'), element: said('element') };
  return [filter, put];
}
