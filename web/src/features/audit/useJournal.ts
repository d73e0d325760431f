import { useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';
import { usePages } from '../../ui/usePages';

export type Entry = Schemas['JournalEntryView'];

const PAGE = 50;

/** First parts of types, by what they are about. */
export const KINDS: Readonly<Record<string, readonly string[]>> = {
  cases: ['case', 'complaint', 'compensation', 'plan', 'survey', 'customer', 'consent', 'comment', 'attachment', 'archive', 'notification'],
  work: ['user_task', 'external_task', 'ad_hoc_activity', 'ad_hoc_sub_process', 'message', 'signal'],
  promises: ['deadline', 'escalation'],
  decisions: ['decision'],
  instances: ['process_instance', 'variables', 'timers', 'incident', 'bulk_operation'],
  models: ['deployment', 'process_definition', 'draft', 'backtest'],
  configuration: ['commitment', 'calendar', 'channel', 'department', 'group', 'membership', 'testing_clock', 'notification_preference', 'task_view', 'phrase'],
  people: ['person', 'session', 'token', 'substitution'],
  audit: ['personal_data', 'export', 'event_log', 'journal', 'case_sample', 'checkpoint', 'verification', 'retention', 'backup', 'job'],
  engine: ['element', 'function', 'handler', 'called_process', 'due', 'start_timer'],
};

/** What is asked of the journal; what is empty is not asked. */
export interface Asked {
  kind: string | null;
  actor: string | null;
  case_number: string | null;
  instance_id: string | null;
  at_from: string | undefined;
  at_before: string | undefined;
}

/** Events, newest first. A page may be empty and yet be followed by another: so much was looked through for it. */
export function useJournal({ kind, actor, case_number, instance_id, at_from, at_before }: Asked) {
  const noun = kind === null ? undefined : KINDS[kind];
  const query = {
    limit: PAGE,
    ...(noun ? { noun: [...noun] } : {}),
    ...(actor ? { actor } : {}),
    ...(case_number ? { case_number } : {}),
    ...(instance_id ? { instance_id } : {}),
    ...(at_from ? { at_from } : {}),
    ...(at_before ? { at_before } : {}),
  };
  return usePages(['journal', query], (cursor) =>
    answered(api.GET('/api/journal/events', { params: { query: { ...query, cursor } } })),
  );
}

/** One event's facts, when it is unfolded. */
export function useFacts(eventId: number) {
  return useQuery({
    queryKey: ['journal', 'event', eventId],
    queryFn: () => answered(api.GET('/api/journal/events/{event_id}', { params: { path: { event_id: eventId } } })),
    staleTime: Infinity,
  });
}
