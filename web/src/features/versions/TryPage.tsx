import { Alert, Skeleton, Tabs } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useInLanguage } from '../../ui/inLanguage';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useAddress } from '../../ui/useAddress';
import { useProblem } from '../../ui/useProblem';
import { ClockBar } from './ClockBar';
import { MoveDialog, type Asked } from './MoveDialog';
import { OpenWork } from './OpenWork';
import { SandboxDiagram } from './SandboxDiagram';
import { TaskDrawer } from './TaskDrawer';
import { Trace } from './Trace';
import './versions.css';
import './try.css';
import { TryActions } from './TryActions';
import { type Move, type SandboxTask, useMove, useSandbox, useTrace } from './useSandbox';
import { VariableList } from './VariableList';

/** A version in a sandbox: play everybody, answer for the world, and let time pass. */
export default function TryPage() {
  const { t } = useTranslation('versions');
  const { sandboxId = '' } = useParams();
  const text = useInLanguage();
  const { query, set } = useAddress();
  const found = useSandbox(sandboxId);
  const trace = useTrace(sandboxId);
  const move = useMove(sandboxId);
  const tell = useProblem();
  const [task, setTask] = useState<SandboxTask | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  if (found.error) return <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton active paragraph={{ rows: 10 }} />;
  const sandbox = found.data;
  const steps = trace.items ?? [];

  function make(one: Move) {
    move.mutate(one, { onError: tell });
  }

  return (
    <div className="try-page">
      <PageHeader
        title={t('tryTitle', { name: text(sandbox.definition_name) || sandbox.definition_key })}
        subtitle={t('trySubtitle', { version: sandbox.definition_version })}
        actions={<TryActions sandbox={sandbox} isBusy={move.isPending} onUndo={() => make({ kind: 'undo' })} />}
      />
      <ClockBar sandbox={sandbox} isBusy={move.isPending} onAdvance={(until) => make({ kind: 'clock', until })} />
      {sandbox.is_completed && <Alert type="success" showIcon title={`${t('ended')} ${t('endedHint')}`} />}
      <div className="try-body">
        <SandboxDiagram sandbox={sandbox} steps={steps} />
        <Tabs
          className="try-panel"
          activeKey={query.get('show') ?? 'work'}
          onChange={(show) => set({ show }, { replace: true })}
          items={[
            {
              key: 'work',
              label: t('tab.work'),
              children: <OpenWork sandbox={sandbox} isBusy={move.isPending} onTask={setTask} onAsk={setAsked} onMove={make} />,
            },
            {
              key: 'variables',
              label: t('tab.variables'),
              children: <VariableList variables={sandbox.variables} onChange={() => setAsked({ kind: 'variables' })} />,
            },
            {
              key: 'trace',
              label: t('tab.trace'),
              children: (
                <Trace steps={steps} hasMore={trace.query.hasNextPage} onMore={() => void trace.query.fetchNextPage()} />
              ),
            },
          ]}
        />
      </div>
      {task && <TaskDrawer sandbox={sandbox} task={task} onClose={() => setTask(null)} />}
      {asked && <MoveDialog sandboxId={sandboxId} asked={asked} onClose={() => setAsked(null)} />}
    </div>
  );
}
