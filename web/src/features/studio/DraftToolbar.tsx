import {
  ApiOutlined,
  CloudUploadOutlined,
  DownloadOutlined,
  EyeOutlined,
  FullscreenExitOutlined,
  FullscreenOutlined,
  HistoryOutlined,
  PlayCircleOutlined,
  RedoOutlined,
  SearchOutlined,
  ShareAltOutlined,
  UndoOutlined,
} from '@ant-design/icons';
import { App, Button, Space, Tooltip } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useIdentity } from '../../shell/session';
import { useProblem } from '../../ui/useProblem';
import type { Editing, Editor } from './editing';
import { type Draft, useChangeDraft } from './useModels';

interface Props {
  draft: Draft;
  editing: Editing;
  editor: () => Editor | null;
  isWide: boolean;
  onWide: (isWide: boolean) => void;
  isPreviewing: boolean;
  onPreview: (isPreviewing: boolean) => void;
  onFlush: () => Promise<Draft | null>;
  onDeploy: () => void;
}

/** What can be done with the draft as a whole. */
export function DraftToolbar({ draft, editing, editor, onFlush, onDeploy, ...view }: Props) {
  const { t } = useTranslation('studio');
  const { message } = App.useApp();
  const [isSimulating, setSimulating] = useState(false);
  const download = async () => {
    await onFlush();
    location.assign(`/api/drafts/${draft.id}/content`);
  };
  const isDiagram = draft.kind === 'bpmn';
  return (
    <div className="toolbar" role="toolbar" aria-label={t('toolbar.label')}>
      <Space.Compact>
        <Tool icon={<UndoOutlined />} label={t('toolbar.undo')} disabled={!editing.canUndo} onClick={() => editor()?.undo()} />
        <Tool icon={<RedoOutlined />} label={t('toolbar.redo')} disabled={!editing.canRedo} onClick={() => editor()?.redo()} />
      </Space.Compact>
      {isDiagram && <Tool icon={<SearchOutlined />} label={t('toolbar.search')} onClick={() => editor()?.search?.()} />}
      {isDiagram && (
        <Tool
          icon={<PlayCircleOutlined />}
          label={t(isSimulating ? 'toolbar.simulateOff' : 'toolbar.simulate')}
          pressed={isSimulating}
          onClick={() => {
            setSimulating(editor()?.simulate?.() ?? false);
          }}
        />
      )}
      {isDiagram && (
        <Tool
          icon={<ApiOutlined />}
          label={t('handlers.title')}
          disabled={!editing.takesHandler}
          onClick={() => editor()?.chooseHandler?.()}
        />
      )}
      <Tool
        icon={view.isWide ? <FullscreenExitOutlined /> : <FullscreenOutlined />}
        label={t(view.isWide ? 'toolbar.narrow' : 'toolbar.wide')}
        pressed={view.isWide}
        onClick={() => {
          view.onWide(!view.isWide);
        }}
      />
      <Tool icon={<DownloadOutlined />} label={t('toolbar.download')} onClick={() => void download()} />
      <ShareTool draft={draft} onDone={(isShared) => message.success(t(isShared ? 'shared.done' : 'shared.undone'))} />
      {draft.kind === 'form' && (
        <Tool
          icon={<EyeOutlined />}
          label={t(view.isPreviewing ? 'preview.off' : 'preview.on')}
          pressed={view.isPreviewing}
          onClick={() => {
            view.onPreview(!view.isPreviewing);
          }}
        />
      )}
      <span className="spring" />
      {isDiagram && draft.keys[0] !== undefined && (
        <Link to={`/studio/definitions/${encodeURIComponent(draft.keys[0])}`}>
          <HistoryOutlined /> {t('versions')}
        </Link>
      )}
      <Button type="primary" icon={<CloudUploadOutlined />} onClick={onDeploy}>
        {t('deploy.action')}
      </Button>
    </div>
  );
}

function ShareTool({ draft, onDone }: { draft: Draft; onDone: (isShared: boolean) => void }) {
  const { t } = useTranslation('studio');
  const change = useChangeDraft();
  const tell = useProblem();
  const [isShared, setShared] = useState(draft.is_shared);
  const isMine = draft.owner === `person:${useIdentity().person_id}`;
  if (!isMine) return null;
  return (
    <Tool
      icon={<ShareAltOutlined />}
      label={t(isShared ? 'toolbar.unshare' : 'toolbar.share')}
      pressed={isShared}
      onClick={() => {
        change.mutate(
          { id: draft.id, is_shared: !isShared },
          {
            onSuccess: () => {
              setShared(!isShared);
              onDone(!isShared);
            },
            onError: tell,
          },
        );
      }}
    />
  );
}

interface ToolProps {
  icon: ReactNode;
  label: string;
  disabled?: boolean;
  pressed?: boolean;
  onClick: () => void;
}

function Tool({ icon, label, disabled, pressed, onClick }: ToolProps) {
  return (
    <Tooltip title={label}>
      <Button
        icon={icon}
        aria-label={label}
        aria-pressed={pressed}
        color={pressed ? 'primary' : 'default'}
        variant={pressed ? 'filled' : 'outlined'}
        disabled={disabled}
        onClick={onClick}
      />
    </Tooltip>
  );
}
