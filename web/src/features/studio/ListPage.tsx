import { UploadOutlined } from '@ant-design/icons';
import { Button, Input, Segmented, Skeleton } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { DraftTable } from './DraftTable';
import { DropZone } from './DropZone';
import { ModelTable } from './ModelTable';
import { NewMenu } from './NewMenu';
import { type Draft, type Model, useDrafts, useModels } from './useModels';
import { UploadAlert } from './UploadAlert';
import { useUpload } from './useUpload';
import { useAddress } from '../../ui/useAddress';
import './studio.css';

const KINDS: readonly Model['kind'][] = ['process', 'decision', 'form'];

/** Everything that can be drawn: what is deployed, by kind, and what is still a draft. */
export default function ListPage() {
  const { t } = useTranslation('studio');
  const navigate = useNavigate();
  const { query: search, set } = useAddress();
  const input = useRef<HTMLInputElement>(null);
  const models = useModels();
  const drafts = useDrafts();
  const wanted = search.get('q') ?? '';
  const put = (name: string, value: string) => {
    set({ [name]: value }, { replace: true });
  };
  const { add, isPending, refused, close } = useUpload((made) => {
    if (made.length === 1 && made[0]) void navigate(`/studio/drafts/${made[0].id}`);
    else put('kind', 'drafts');
  });
  return (
    <DropZone onFiles={add}>
      <PageHeader
        title={t('title')}
        subtitle={t('subtitle')}
        actions={
          <>
            <Button icon={<UploadOutlined />} loading={isPending} onClick={() => input.current?.click()}>
              {t('upload')}
            </Button>
            <NewMenu onFile={(file) => { add([file]); }} />
            <input
              ref={input}
              type="file"
              hidden
              multiple
              accept=".bpmn,.dmn,.form,.xml"
              aria-label={t('upload')}
              onChange={(event) => {
                add([...(event.target.files ?? [])]);
                event.target.value = '';
              }}
            />
          </>
        }
      />
      <UploadAlert refused={refused} onClose={close} />
      <ProblemAlert error={models.error ?? drafts.error} onRetry={() => void models.refetch()} />
      <Input.Search
        allowClear
        className="studio-search"
        aria-label={t('search')}
        placeholder={t('search')}
        value={wanted}
        onChange={(event) => {
          put('q', event.target.value);
        }}
      />
      {models.data && drafts.data ? (
        <Lists
          models={models.data.filter((model) => says(wanted, model.key, model.title, model.file_name))}
          drafts={drafts.data.filter((draft) => says(wanted, draft.name, draft.title, ...draft.keys))}
          kind={search.get('kind') ?? 'process'}
          onKind={(kind) => {
            put('kind', kind);
          }}
        />
      ) : (
        <Skeleton active />
      )}
    </DropZone>
  );
}

interface ListsProps {
  models: readonly Model[];
  drafts: readonly Draft[];
  kind: string;
  onKind: (kind: string) => void;
}

function Lists({ models, drafts, kind, onKind }: ListsProps) {
  const { t } = useTranslation('studio');
  const counts = new Map(KINDS.map((each) => [each as string, models.filter((model) => model.kind === each).length]));
  counts.set('drafts', drafts.length);
  return (
    <>
      <Segmented
        className="kinds"
        aria-label={t('kind.label')}
        value={kind}
        onChange={onKind}
        options={[...counts].map(([value, count]) => ({
          value,
          label: (
            <>
              {t(`kind.${value}`)} <small>{count}</small>
            </>
          ),
        }))}
      />
      {kind === 'drafts' ? (
        <DraftTable drafts={drafts} />
      ) : (
        <ModelTable models={models.filter((model) => model.kind === kind)} drafts={drafts} />
      )}
    </>
  );
}

function says(wanted: string, ...texts: readonly (string | null)[]): boolean {
  const lower = wanted.trim().toLowerCase();
  return texts.some((text) => text?.toLowerCase().includes(lower));
}
