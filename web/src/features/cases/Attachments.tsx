import { DownloadOutlined, InboxOutlined } from '@ant-design/icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Skeleton, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, requestHeaders } from '../../api/client';
import { useLiveChanges } from '../../api/live';
import { answered } from '../../api/problems';
import { upload } from '../../api/upload';
import { useNames } from '../../ui/names';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useTimes } from '../../ui/times';
import './cases.css';

const KILO = 1_024;
const LEAST_MS = 2_000;

/** The files of a case, or of a task of no case: upload with progress, download. */
export default function Attachments({ caseNumber, taskId }: { caseNumber: string | null; taskId?: string }) {
  const { t } = useTranslation('cases');
  const times = useTimes();
  const client = useQueryClient();
  const [problem, setProblem] = useState<Error | null>(null);
  const key = ['cases', caseNumber ?? taskId, 'attachments'];
  const query = useQuery({ queryKey: key, queryFn: () => read(caseNumber, taskId) });
  useLiveChanges(() => void query.refetch(), LEAST_MS);
  const items = query.data?.items ?? [];
  const nameOf = useNames(items.map((item) => item.added_by));
  const address = taskId ? `/api/user-tasks/${taskId}/attachments` : `/api/cases/${caseNumber ?? ''}/attachments`;
  return (
    <div className="case-attachments">
      <Upload.Dragger
        multiple
        showUploadList={{ showRemoveIcon: true }}
        customRequest={({ file, onProgress, onSuccess, onError }) => {
          upload(address, file as File, requestHeaders('POST'), (done) => onProgress?.({ percent: done * 100 })).then(
            () => {
              onSuccess?.(null);
              setProblem(null);
              void client.invalidateQueries({ queryKey: key });
            },
            (error: unknown) => {
              onError?.(error as Error);
              setProblem(error as Error);
            },
          );
        }}
      >
        <p>
          <InboxOutlined aria-hidden /> {t('attachments.drop')}
        </p>
        <p className="muted">{t('attachments.limit')}</p>
      </Upload.Dragger>
      <ProblemAlert error={problem} />
      {query.isPending && <Skeleton active />}
      <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
      {query.data && items.length === 0 && <p className="muted">{t('attachments.none')}</p>}
      <ul aria-label={t('tab.attachments')}>
        {items.map((item) => (
          <li key={item.id}>
            <div>
              <b>{item.file_name ?? t('hidden')}</b>
              <small>
                {size(item.size)} · {nameOf(item.added_by)} · {times.on(item.added_at)}
              </small>
            </div>
            <Button
              icon={<DownloadOutlined />}
              href={`/api/attachments/${item.id}/content`}
              aria-label={t('attachments.download', { name: item.file_name ?? t('hidden') })}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

function read(caseNumber: string | null, taskId: string | undefined) {
  return caseNumber === null
    ? answered(api.GET('/api/user-tasks/{user_task_id}/attachments', { params: { path: { user_task_id: taskId ?? '' } } }))
    : answered(api.GET('/api/cases/{number}/attachments', { params: { path: { number: caseNumber } } }));
}

function size(bytes: number): string {
  if (bytes < KILO) return `${String(bytes)} B`;
  return bytes < KILO * KILO ? `${(bytes / KILO).toFixed(0)} kB` : `${(bytes / KILO / KILO).toFixed(1)} MB`;
}
