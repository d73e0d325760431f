import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Mentions, Skeleton } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { useLiveChanges } from '../../api/live';
import { answered } from '../../api/problems';
import { Blank } from '../../ui/Blank';
import { useNames } from '../../ui/names';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useTimes } from '../../ui/times';
import { Phrases } from '../phrases/Phrases';
import './cases.css';
import { useUnsent } from './useUnsent';

const LEAST_MS = 2_000;

/** What colleagues say to each other about a case, or about a task of no case; customers never see it. */
export default function Comments({ caseNumber, taskId }: { caseNumber: string | null; taskId?: string }) {
  const { t } = useTranslation(['cases', 'phrases']);
  const times = useTimes();
  const client = useQueryClient();
  const key = ['cases', caseNumber ?? taskId, 'comments'];
  const { words, write, sent } = useUnsent(caseNumber ?? taskId ?? '');
  const place = useRef<HTMLDivElement>(null);
  const query = useQuery({ queryKey: key, queryFn: () => read(caseNumber, taskId) });
  useLiveChanges(() => void query.refetch(), LEAST_MS);
  const add = useMutation({
    mutationFn: (text: string) => say(caseNumber, taskId, text),
    onSuccess: async (_, text) => {
      sent(text);
      await client.invalidateQueries({ queryKey: key });
    },
  });
  const items = query.data?.items ?? [];
  const nameOf = useNames(items.map((item) => item.author));
  return (
    <div className="case-comments">
      {query.isPending && <Skeleton active />}
      <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
      {query.data && items.length === 0 && <Blank title={t('comments.none')}>{t('comments.noneHint')}</Blank>}
      <ol aria-label={t('tab.comments')}>
        {items.map((item) => (
          <li key={item.id}>
            <p>
              <b>{nameOf(item.author)}</b> <time dateTime={item.created_at}>{times.on(item.created_at)}</time>
            </p>
            <div>{item.text ?? t('hidden')}</div>
          </li>
        ))}
      </ol>
      <div ref={place} className="case-say">
        <People taskId={taskId} words={words} onChange={write} />
        <ProblemAlert error={add.error} />
        <div className="case-acts">
          <Phrases place={place} />
          <Button type="primary" disabled={words.trim() === ''} loading={add.isPending} onClick={() => add.mutate(words.trim())}>
            {t('comments.send')}
          </Button>
        </div>
      </div>
    </div>
  );
}

function People({ taskId, words, onChange }: { taskId?: string; words: string; onChange: (words: string) => void }) {
  const { t } = useTranslation('cases');
  const { data } = useQuery({
    queryKey: ['tasks', 'people', taskId],
    queryFn: () =>
      answered(api.GET('/api/user-tasks/{user_task_id}/colleagues', { params: { path: { user_task_id: taskId ?? '' } } })),
    enabled: taskId !== undefined,
  });
  return (
    <Mentions
      rows={3}
      maxLength={10_000}
      value={words}
      onChange={onChange}
      aria-label={t('comments.label')}
      placeholder={t('comments.hint')}
      options={data?.items.map((one) => ({ value: one.user_name, label: `${one.display_name} @${one.user_name}` }))}
    />
  );
}

function read(caseNumber: string | null, taskId: string | undefined) {
  return caseNumber === null
    ? answered(api.GET('/api/user-tasks/{user_task_id}/comments', { params: { path: { user_task_id: taskId ?? '' } } }))
    : answered(api.GET('/api/cases/{number}/comments', { params: { path: { number: caseNumber } } }));
}

function say(caseNumber: string | null, taskId: string | undefined, text: string) {
  if (taskId !== undefined) {
    const params = { path: { user_task_id: taskId } };
    return answered(api.POST('/api/user-tasks/{user_task_id}/comments', { params, body: { text } }));
  }
  return answered(api.POST('/api/cases/{number}/comments', { params: { path: { number: caseNumber ?? '' } }, body: { text } }));
}
