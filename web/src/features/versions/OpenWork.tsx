import { Button, Tag } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Blank } from '../../ui/Blank';
import { useInLanguage } from '../../ui/inLanguage';
import type { Asked } from './MoveDialog';
import type { Move, Sandbox, SandboxTask } from './useSandbox';
import { When } from './When';

interface Props {
  sandbox: Sandbox;
  isBusy: boolean;
  onTask: (task: SandboxTask) => void;
  onAsk: (asked: Asked) => void;
  onMove: (move: Move) => void;
}

/** Everything the sandbox waits for, and what makes it go on. */
export function OpenWork({ sandbox, isBusy, onTask, onAsk, onMove }: Props) {
  const { t } = useTranslation('versions');
  const text = useInLanguage();
  const name = (each: { element_id: string; element_name?: string | null }) => text(each.element_name) || each.element_id;
  const nameOf = (taskId: string) => text(sandbox.tokens.find((token) => token.task_id === taskId)?.element_name);
  const { user_tasks, external_tasks, events, incidents, dues } = sandbox;
  if (user_tasks.length + external_tasks.length + events.length + incidents.length + dues.length === 0) {
    return <Blank title={t('nothingOpen')} />;
  }
  return (
    <div className="open-work">
      <Group title={t('work.incidents')} isEmpty={incidents.length === 0}>
        {incidents.map((each) => (
          <Item
            key={each.task_id}
            title={name(each)}
            tag={<Tag color={each.question ? 'processing' : 'error'}>{t(each.question ? 'work.asks' : 'work.failed')}</Tag>}
            detail={each.question ? <Asking kind={each.question.kind} name={each.question.name} /> : each.message}
          >
            {each.question ? (
              <Button type="primary" onClick={() => onAsk({ kind: 'answer', taskId: each.task_id, question: each.question })}>
                {t('work.answer')}
              </Button>
            ) : (
              <Button disabled={isBusy} onClick={() => onMove({ kind: 'retry', taskId: each.task_id })}>
                {t('work.retry')}
              </Button>
            )}
          </Item>
        ))}
      </Group>
      <Group title={t('work.tasks')} isEmpty={user_tasks.length === 0}>
        {user_tasks.map((each) => (
          <Item key={each.task_id} title={name(each)} detail={<ForWhom task={each} />}>
            <Button type="primary" onClick={() => onTask(each)}>
              {t('work.open')}
            </Button>
          </Item>
        ))}
      </Group>
      <Group title={t('work.external')} isEmpty={external_tasks.length === 0}>
        {external_tasks.map((each) => (
          <Item key={each.task_id} title={name(each)} detail={each.topic}>
            <Button onClick={() => onAsk({ kind: 'external', taskId: each.task_id })}>{t('work.report')}</Button>
          </Item>
        ))}
      </Group>
      <Group title={t('work.events')} isEmpty={events.length === 0}>
        {events.map((each) => (
          <Item key={each.task_id} title={each.name} tag={<Tag>{t(`kind.${each.kind}`)}</Tag>} detail={nameOf(each.task_id) || each.element_id}>
            {each.kind !== 'conditional' && (
              <Button onClick={() => onAsk({ kind: 'event', taskId: each.task_id, name: each.name })}>{t('work.send')}</Button>
            )}
          </Item>
        ))}
      </Group>
      <Group title={t('work.timers')} isEmpty={dues.length === 0}>
        {dues.map((each) => (
          <Item key={`${each.task_id}${each.due_at}`} title={nameOf(each.task_id) || each.element_id} detail={<When at={each.due_at} />}>
            <Button disabled={isBusy} onClick={() => onMove({ kind: 'clock', until: each.due_at })}>
              {t('work.goThere')}
            </Button>
          </Item>
        ))}
      </Group>
    </div>
  );
}

function Group({ title, isEmpty, children }: { title: string; isEmpty: boolean; children: ReactNode }) {
  if (isEmpty) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}

function Item(props: { title: string; tag?: ReactNode; detail?: ReactNode; children?: ReactNode }) {
  return (
    <li>
      <div>
        <strong>{props.title}</strong> {props.tag}
        <p>{props.detail}</p>
      </div>
      {props.children}
    </li>
  );
}

function Asking({ kind, name }: { kind: 'handler' | 'function'; name: string }) {
  const { t } = useTranslation('versions');
  return (
    <>
      {t(`work.${kind}`)} <code>{name}</code>
    </>
  );
}

function ForWhom({ task }: { task: SandboxTask }) {
  const { t } = useTranslation('versions');
  const who = task.assignee ?? [...task.candidate_groups, ...task.candidate_users].join(', ');
  return (
    <>
      {who !== '' && t('work.for', { who })}
      {task.due_at !== null && (
        <>
          {' · '}
          {t('work.due')} <When at={task.due_at} />
        </>
      )}
    </>
  );
}
