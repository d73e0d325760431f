import { TeamOutlined, UserOutlined } from '@ant-design/icons';
import { Checkbox } from 'antd';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useInLanguage } from '../../ui/inLanguage';
import { DueTime } from './DueTime';
import type { Task } from './filters';

export interface RowTexts {
  processOf: (key: string) => string;
  nameOf: (subject: string | null) => string;
  groupOf: (id: string) => string;
}

/** One task in the list: what it is, of which case, whose, and until when. */
export const TaskRow = memo(function TaskRow(props: {
  task: Task;
  to: string;
  isOpen: boolean;
  isChosen: boolean;
  texts: RowTexts;
  onChoose: (task: Task, isChosen: boolean) => void;
}) {
  const { task, texts } = props;
  const { t } = useTranslation('tasks');
  const said = useInLanguage();
  const name = said(task.name) || task.element_id;
  return (
    <div className={`task-row${props.isOpen ? ' is-open' : ''}`}>
      <Checkbox
        aria-label={t('choose', { name })}
        checked={props.isChosen}
        onChange={(event) => {
          props.onChoose(task, event.target.checked);
        }}
      />
      <Link to={props.to} aria-current={props.isOpen ? 'true' : undefined}>
        <span className="task-name">
          {task.case_priority && <b className={`priority priority-${task.case_priority}`}>{task.case_priority}</b>}
          <span>{name}</span>
        </span>
        <span className="task-about">
          {task.case_number ?? task.business_key ?? '—'}
          <i aria-hidden>·</i>
          {texts.processOf(task.definition_key)}
        </span>
        <span className="task-whose">
          {task.assignee === null ? (
            <>
              <TeamOutlined aria-hidden /> {task.candidate_groups.slice(0, 1).map(texts.groupOf).join() || t('unclaimed')}
            </>
          ) : (
            <>
              <UserOutlined aria-hidden /> {texts.nameOf(task.assignee)}
            </>
          )}
        </span>
        <DueTime task={task} />
      </Link>
    </div>
  );
});
