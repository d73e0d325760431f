import { AlertOutlined, MoreOutlined, SwapOutlined } from '@ant-design/icons';
import { App, Button, Dropdown } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { has, useIdentity } from '../../shell/session';
import { useProblem } from '../../ui/useProblem';
import type { ActionKind, ActionValues } from './ActionDialog';
import { AskedAction } from './AskedAction';
import type { Task } from './filters';
import { commands, useTaskCommand } from './useTask';

/** What can be done with a task besides its form. */
export function TaskActions({ task }: { task: Task }) {
  const { t } = useTranslation('tasks');
  const { message } = App.useApp();
  const identity = useIdentity();
  const problem = useProblem();
  const [asked, setAsked] = useState<ActionKind | null>(null);
  const command = useTaskCommand((run: () => Promise<unknown>) => run());
  const isMine = task.assignee === `person:${identity.person_id}`;
  const isSupervisor = has(identity, 'supervise');
  const at = (run: () => Promise<unknown>, done: string) => {
    command.mutate(run, { onSuccess: () => message.success(t(done)), onError: problem });
  };
  const own: ActionKind[] = task.may_complete && task.owner === null ? ['delegate', 'followUp'] : ['followUp'];
  const kinds: ActionKind[] = [...(task.may_complete || isSupervisor ? own : []), ...(isSupervisor ? (['reassign', 'priority', 'dueAt'] as const) : [])];
  if (task.assignee !== null && !isMine && isSupervisor) kinds.push('release');
  return (
    <div className="task-actions">
      {task.assignee === null && task.may_complete && (
        <Button loading={command.isPending} onClick={() => at(() => commands.claim(task.id), 'claimed')}>
          {t('action.claim')}
        </Button>
      )}
      {isMine && task.owner !== null && (
        <Button loading={command.isPending} onClick={() => at(() => commands.giveBack(task.id), 'givenBack')}>
          {t('action.giveBack')}
        </Button>
      )}
      {isMine && task.owner === null && task.candidate_groups.length + task.candidate_users.length > 0 && (
        <Button loading={command.isPending} onClick={() => at(() => commands.release(task.id), 'released')}>
          {t('action.release')}
        </Button>
      )}
      {(task.may_complete || isSupervisor) && (
        <Button icon={<SwapOutlined />} onClick={() => setAsked('handOver')}>
          {t('action.handOver')}
        </Button>
      )}
      <Button icon={<AlertOutlined />} onClick={() => setAsked('escalate')}>
        {t('action.escalate')}
      </Button>
      {kinds.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: kinds.map((kind) => ({ key: kind, label: t(`action.${kind}`) })),
            onClick: ({ key }) => setAsked(key as ActionKind),
          }}
        >
          <Button icon={<MoreOutlined />} aria-label={t('action.more')} />
        </Dropdown>
      )}
      <AskedAction
        kind={asked}
        task={task}
        onClose={() => setAsked(null)}
        onSubmit={async (values) => {
          if (!asked) return;
          await command.mutateAsync(() => carriedOut(asked, task, values));
          message.success(t(`dialog.${asked}.done`));
        }}
      />
    </div>
  );
}

function carriedOut(kind: ActionKind, task: Task, values: ActionValues): Promise<unknown> {
  const reason = values.reason ?? null;
  const at = values.at?.toISOString() ?? null;
  switch (kind) {
    case 'delegate':
      return commands.delegate(task.id, { to: values.to ?? '', reason });
    case 'handOver':
      return commands.handOver(task.id, { to: values.to ?? '', reason });
    case 'escalate':
      return commands.escalate(task.id, { level: values.level ?? null, reason });
    case 'reassign':
      return commands.change(task.id, { assignee: values.to ?? null, reason });
    case 'priority':
      return commands.change(task.id, { priority: values.priority, reason });
    case 'dueAt':
      return commands.change(task.id, { due_at: at, reason });
    case 'followUp':
      return commands.change(task.id, { follow_up_at: at, reason: null });
    case 'release':
      return commands.release(task.id, values.reason);
  }
}
