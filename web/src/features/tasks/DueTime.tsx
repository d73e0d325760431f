import { ClockCircleOutlined, ExclamationCircleFilled, FieldTimeOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { useTimes } from '../../ui/times';
import type { Task } from './filters';

const SOON_S = 4 * 3_600;
const HOUR_S = 3_600;
const MINUTE_S = 60;

/** When a task is due and the working time that is left, by colour, sign and words. */
export function DueTime({ task }: { task: Pick<Task, 'due_at' | 'working_time_left_s'> }) {
  const { t } = useTranslation('tasks');
  const times = useTimes();
  if (task.due_at === null) return <span className="due due-none">{t('due.undated')}</span>;
  const left = task.working_time_left_s;
  const kind = left === null ? 'later' : left < 0 ? 'overdue' : left < SOON_S ? 'soon' : 'later';
  const Icon = kind === 'overdue' ? ExclamationCircleFilled : kind === 'soon' ? FieldTimeOutlined : ClockCircleOutlined;
  return (
    <span className={`due due-${kind}`} title={times.zoned(task.due_at)}>
      <Icon aria-hidden />
      <span>
        {left === null ? times.on(task.due_at) : t(left < 0 ? 'due.over' : 'due.left', { time: lasting(Math.abs(left), t) })}
      </span>
    </span>
  );
}

/** Working time in hours and minutes: a working day is not a day. */
function lasting(seconds: number, t: (key: string, values: Record<string, number>) => string): string {
  const hours = Math.floor(seconds / HOUR_S);
  const minutes = Math.floor((seconds % HOUR_S) / MINUTE_S);
  if (hours >= 10 || minutes === 0) return t(hours === 0 ? 'due.minutes' : 'due.hours', { hours, minutes: Math.max(minutes, 1) });
  return t(hours === 0 ? 'due.minutes' : 'due.both', { hours, minutes });
}
