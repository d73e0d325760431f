import { Alert, Button, Card, Popconfirm, Skeleton, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useProblem } from '../../ui/useProblem';
import { DayForm, WeekForm } from './CalendarForms';
import { written } from './hours';
import { type Calendar, useCalendarMoves, useCalendars, useCalendarWarnings, useReviseCalendar } from './useCalendars';
import { useWording } from './useWording';

/** Working hours, and the days that differ. */
export function Calendars() {
  const { t, i18n } = useTranslation('registers');
  const query = useCalendars();
  const warnings = useCalendarWarnings().data?.items ?? [];
  const moves = useCalendarMoves().data?.items ?? [];
  const isChinese = i18n.language.startsWith('zh');
  return (
    <div className="register-cards">
      <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && <Skeleton active />}
      {warnings.map((one) => (
        <Alert key={one.key} type="warning" showIcon title={isChinese ? one.text_zh : one.text_en} />
      ))}
      {moves.map((one) => (
        <Alert key={one.bulk_operation_id} type="info" showIcon title={t('calendar.moving', { ...one })} />
      ))}
      {query.data?.items.map((one) => (
        <CalendarCard key={one.key} calendar={one} />
      ))}
    </div>
  );
}

function CalendarCard({ calendar }: { calendar: Calendar }) {
  const { t } = useTranslation('registers');
  const { nameOf } = useWording();
  const [editing, setEditing] = useState<'week' | 'day' | null>(null);
  const done = () => setEditing(null);
  return (
    <Card
      title={<h2>{nameOf(calendar)}</h2>}
      extra={calendar.is_default && <Tag color="warning">{t('commitment.unconfirmed')}</Tag>}
    >
      <p className="register-sub">
        {calendar.zone} · {t('calendar.holidays', { country: calendar.country ?? '—' })}
      </p>
      <Week calendar={calendar} />
      <Days calendar={calendar} />
      <div className="register-bar">
        <Button onClick={() => setEditing('week')}>{t('calendar.editWeek')}</Button>
        <Button onClick={() => setEditing('day')}>{t('calendar.addDay')}</Button>
      </div>
      {editing === 'week' && <WeekForm calendar={calendar} onDone={done} />}
      {editing === 'day' && <DayForm calendar={calendar} onDone={done} />}
    </Card>
  );
}

function Week({ calendar }: { calendar: Calendar }) {
  const { t } = useTranslation('registers');
  const { weekday } = useWeekdays();
  return (
    <table>
      <tbody>
        {calendar.hours.map((spans, index) => (
          <tr key={weekday(index)}>
            <th scope="row">{weekday(index)}</th>
            <td>{spans.length > 0 ? written(spans) : t('calendar.off')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Days({ calendar }: { calendar: Calendar }) {
  const { t } = useTranslation('registers');
  const { nameOf } = useWording();
  const { removeDay } = useReviseCalendar(calendar.key);
  const tell = useProblem();
  if (calendar.exceptions.length === 0) return null;
  return (
    <>
      <h3>{t('calendar.days')}</h3>
      <table>
        <tbody>
          {calendar.exceptions.map((one) => (
            <tr key={one.day}>
              <th scope="row">{one.day}</th>
              <td>{nameOf(one)}</td>
              <td>{one.hours.length > 0 ? written(one.hours) : t('calendar.off')}</td>
              <td>
                <Popconfirm
                  title={t('calendar.removeSure')}
                  okText={t('remove')}
                  onConfirm={() =>
                    removeDay.mutate({ day: one.day, reason: t('calendar.removeReason') }, { onError: tell })
                  }
                >
                  <Button size="small" aria-label={t('calendar.removeDay', { day: one.day })}>
                    {t('remove')}
                  </Button>
                </Popconfirm>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** Names of weekdays, Monday first. */
function useWeekdays() {
  const { i18n } = useTranslation('registers');
  const format = new Intl.DateTimeFormat(i18n.language, { weekday: 'long', timeZone: 'UTC' });
  return { weekday: (index: number) => format.format(new Date(Date.UTC(2024, 0, 1 + index))) }; // a Monday
}
