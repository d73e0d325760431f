import { DownloadOutlined, EditOutlined } from '@ant-design/icons';
import { Button, Space, Table, Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { Blank } from '../../ui/Blank';
import { useProblem } from '../../ui/useProblem';
import { type Draft, draftsOf, type Model, useEditModel } from './useModels';
import { When } from './When';

const STATE_COLORS = { active: 'success', draft: 'warning', retired: 'default' };

/** What is deployed of one kind. Editing makes a draft, or opens the one there is. */
export function ModelTable({ models, drafts }: { models: readonly Model[]; drafts: readonly Draft[] }) {
  const { t } = useTranslation('studio');
  if (models.length === 0) return <Blank title={t('empty.models')}>{t('empty.hint')}</Blank>;
  return (
    <Table<Model>
      size="middle"
      rowKey="id"
      dataSource={models}
      pagination={{ pageSize: 50, hideOnSinglePage: true }}
      columns={[
        { title: t('column.name'), dataIndex: 'key', render: (_, model) => <Name model={model} /> },
        {
          title: t('column.state'),
          dataIndex: 'state',
          width: 110,
          responsive: ['sm'],
          render: (_, model) => <Tag color={STATE_COLORS[model.state]}>{t(`state.${model.state}`)}</Tag>,
        },
        { title: t('column.version'), dataIndex: 'version', width: 110, responsive: ['lg'], render: (_, model) => <Version model={model} /> },
        { title: t('column.deployed'), dataIndex: 'deployed_at', width: 190, responsive: ['lg'], render: (_, model) => <When at={model.deployed_at} /> },
        { title: t('column.drafts'), key: 'drafts', width: 130, responsive: ['lg'], render: (_, model) => <Drafts of={draftsOf(model, drafts)} /> },
        { title: t('column.actions'), key: 'actions', width: 150, render: (_, model) => <Actions model={model} drafts={drafts} /> },
      ]}
    />
  );
}

function Name({ model }: { model: Model }) {
  const name = model.title ?? model.key;
  return (
    <div className="named">
      {model.kind === 'process' ? <Link to={`/studio/definitions/${encodeURIComponent(model.key)}`}>{name}</Link> : <span>{name}</span>}
      <small>{model.key}</small>
    </div>
  );
}

function Version({ model }: { model: Model }) {
  const { t } = useTranslation('studio');
  const isInUse = model.active_version === model.version;
  return (
    <div className="named">
      <span>v{model.version}</span>
      {!isInUse && model.active_version !== null && <small>{t('inUse', { version: model.active_version })}</small>}
    </div>
  );
}

function Drafts({ of }: { of: readonly Draft[] }) {
  const { t } = useTranslation('studio');
  const newest = of[0];
  if (!newest) return null;
  const said = t('draftCount', { count: of.length });
  return (
    <Link to={`/studio/drafts/${newest.id}`} aria-label={`${said}: ${t('openDraft', { name: newest.title ?? newest.name })}`}>
      {said}
    </Link>
  );
}

function Actions({ model, drafts }: { model: Model; drafts: readonly Draft[] }) {
  const { t } = useTranslation('studio');
  const navigate = useNavigate();
  const edit = useEditModel();
  const tell = useProblem();
  const name = model.title ?? model.key;
  return (
    <Space>
      <Button
        size="small"
        icon={<EditOutlined />}
        loading={edit.isPending}
        aria-label={t('editNamed', { name })}
        onClick={() => {
          edit.mutate(
            { model, drafts },
            { onSuccess: (draft) => draft && void navigate(`/studio/drafts/${draft.id}`), onError: tell },
          );
        }}
      >
        {t('edit')}
      </Button>
      <Tooltip title={t('download')}>
        <Button
          size="small"
          icon={<DownloadOutlined />}
          aria-label={t('downloadNamed', { name })}
          href={`/api/models/${model.kind}/${model.id}/content`}
          download={model.file_name}
        />
      </Tooltip>
    </Space>
  );
}
