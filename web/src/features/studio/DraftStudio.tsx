import { Alert, Skeleton } from 'antd';
import { lazy, Suspense, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readLanguage } from '../../shell/preferences';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { BesidePanel } from './BesidePanel';
import { DraftToolbar } from './DraftToolbar';
import { type Editing, type Editor, type EditorProps, type Names, NOTHING } from './editing';
import { LateAlert } from './LateAlert';
import { LayoutAlert } from './LayoutAlert';
import { SavedState } from './SavedState';
import { mayPass, type Serialize } from './saver';
import { StuckDialog } from './StuckDialog';
import { useSavedLeaving, useSaver } from './useDraft';
import { type Draft, useReport } from './useModels';

const DeployDialog = lazy(() => import('./DeployDialog'));
const BpmnEditor = lazy(() => import('./bpmn/BpmnEditor'));
const DmnEditor = lazy(() => import('./dmn/DmnEditor'));
const FormEditor = lazy(async () => {
  (await import('./form/texts')).speak(readLanguage());
  return import('./form/FormEditor');
});
const FormPreview = lazy(() => import('./form/FormPreview'));

interface Props {
  opened: { draft: Draft; text: string };
  names: Names;
  language: string;
  onReopen: () => void;
}

/** The editor with everything around it: what is saved, what a deployment would say, every element as a list. */
export function DraftStudio({ opened, names, language, onReopen }: Props) {
  const { t } = useTranslation('studio');
  const { draft, saving, problem, saver } = useSaver(opened.draft);
  const leaving = useSavedLeaving(saver);
  const report = useReport([draft]);
  const editor = useRef<Editor | null>(null);
  const [editing, setEditing] = useState<Editing>(NOTHING);
  const [schema, setSchema] = useState<unknown>(null);
  const [broken, setBroken] = useState<string | null>(null);
  const [layout, setLayout] = useState<Serialize | null>(null);
  const [isWide, setWide] = useState(false);
  const [isPreviewing, setPreviewing] = useState(false);
  const [isDeploying, setDeploying] = useState(false);
  const [openedLanguage] = useState(language);
  const reopen = useEffectEvent(async () => {
    if ((await saver.flush()) === null) return;
    if (draft.kind === 'form') location.reload(); // the form editor keeps the language it was loaded in
    else onReopen();
  });
  useEffect(() => {
    if (language !== openedLanguage) void reopen();
  }, [language, openedLanguage]);
  const select = (id: string) => editor.current?.select(id);
  const findings = report.data?.problems ?? [];
  const props: EditorProps = {
    text: opened.text,
    language: openedLanguage,
    findings: findings.filter((finding) => finding.file === draft.name),
    names,
    onReady: (ready) => {
      editor.current = ready;
    },
    onEditing: setEditing,
    onChange: saver.changed,
    onBroken: setBroken,
    onLaidOut: (serialize) => {
      setLayout(() => serialize);
    },
  };
  const deploy = async () => {
    if ((await saver.flush()) !== null) setDeploying(true);
  };
  return (
    <div className={['studio', isWide ? 'is-wide' : '', isPreviewing ? 'is-previewing' : ''].join(' ')} data-kind={draft.kind} onKeyDown={keysOf(saver.flush)} role="presentation">
      <PageHeader title={draft.title ?? draft.name} subtitle={<Subtitle draft={draft} />} actions={<SavedState saving={saving} />} />
      <DraftToolbar
        draft={draft}
        editing={editing}
        editor={() => editor.current}
        isWide={isWide}
        onWide={setWide}
        isPreviewing={isPreviewing}
        onPreview={setPreviewing}
        onFlush={saver.flush}
        onDeploy={() => void deploy()}
      />
      {saving === 'late' && <LateAlert draft={draft} problem={problem} saver={saver} onReopen={onReopen} />}
      {saving === 'failed' && problem !== null && !mayPass(problem) && <ProblemAlert error={problem} />}
      {broken !== null && <Alert type="error" showIcon title={t('broken.title')} description={broken} />}
      {layout !== null && (
        <LayoutAlert
          isUntouched={!editing.canUndo}
          onStore={() => {
            saver.changed(layout);
          }}
          onTakeBack={() => {
            saver.changed(() => Promise.resolve(opened.text));
          }}
        />
      )}
      {draft.kind === 'bpmn' && <p className="hint narrow-hint">{t('narrow')}</p>}
      <div className="workbench" data-testid="workbench">
        <Suspense fallback={<Skeleton active />}>
          {draft.kind === 'bpmn' && <BpmnEditor {...props} />}
          {draft.kind === 'dmn' && <DmnEditor {...props} />}
          {draft.kind === 'form' && <FormEditor {...props} onSchema={setSchema} />}
        </Suspense>
        {isPreviewing && (
          <Suspense fallback={<Skeleton active />}>
            <FormPreview schema={schema} />
          </Suspense>
        )}
        <BesidePanel report={report} file={draft.name} editing={editing} onSelect={select} />
      </div>
      <StuckDialog leaving={leaving} />
      {isDeploying && (
        <Suspense fallback={null}>
          <DeployDialog
            draft={draft}
            onClose={() => {
              setDeploying(false);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

function Subtitle({ draft }: { draft: Draft }) {
  const { t } = useTranslation('studio');
  return (
    <>
      <code>{draft.name}</code> · {t('revision', { revision: draft.revision })} ·{' '}
      {draft.is_shared ? t('shared.by', { name: draft.owner_name }) : t('shared.not')}
    </>
  );
}

/** Ctrl+S saves at once; the browser's own meaning of it is of no use here. */
function keysOf(flush: () => Promise<unknown>) {
  return (event: React.KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') {
      event.preventDefault();
      void flush();
    }
  };
}
