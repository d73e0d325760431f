import { DeleteOutlined } from '@ant-design/icons';
import { Button, Popconfirm, Table, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Blank } from '../../ui/Blank';
import { useProblem } from '../../ui/useProblem';
import { type Draft, useDeleteDraft } from './useModels';
import { When } from './When';

/** What is still being drawn: mine, and what others share. */
export function DraftTable({ drafts }: { drafts: readonly Draft[] }) {
  const { t } = useTranslation('studio');
  if (drafts.length === 0) return <Blank title={t('empty.drafts')}>{t('empty.hint')}</Blank>;
  return (
    <Table<Draft>
      size="middle"
      rowKey="id"
      dataSource={drafts}
      pagination={{ pageSize: 50, hideOnSinglePage: true }}
      columns={[
        {
          title: t('column.name'),
          key: 'name',
          render: (_, draft) => (
            <div className="named">
              <Link to={`/studio/drafts/${draft.id}`}>{draft.title ?? draft.name}</Link>
              <small>{draft.name}</small>
            </div>
          ),
        },
        { title: t('column.kind'), key: 'kind', width: 110, responsive: ['sm'], render: (_, draft) => t(`file.${draft.kind}`) },
        {
          title: t('column.owner'),
          key: 'owner',
          width: 170,
          responsive: ['lg'],
          render: (_, draft) => (
            <>
              {draft.owner_name ?? draft.owner} {draft.is_shared && <Tag>{t('shared.tag')}</Tag>}
            </>
          ),
        },
        { title: t('column.changed'), key: 'changed', width: 190, responsive: ['lg'], render: (_, draft) => <When at={draft.changed_at} /> },
        { title: t('column.actions'), key: 'actions', width: 100, render: (_, draft) => <Remove draft={draft} /> },
      ]}
    />
  );
}

function Remove({ draft }: { draft: Draft }) {
  const { t } = useTranslation('studio');
  const remove = useDeleteDraft();
  const tell = useProblem();
  return (
    <Popconfirm
      title={t('remove.title')}
      description={t('remove.hint')}
      okText={t('remove.action')}
      onConfirm={() => {
        remove.mutate({ id: draft.id, revision: draft.revision }, { onError: tell });
      }}
    >
      <Button size="small" danger icon={<DeleteOutlined />} aria-label={t('remove.named', { name: draft.title ?? draft.name })} />
    </Popconfirm>
  );
}
