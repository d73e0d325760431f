import { useState } from 'react';
import { api, type Schemas } from '../api/client';
import { useLiveChanges } from '../api/live';
import { answered } from '../api/problems';
import { usePages } from '../ui/usePages';

export type Notification = Schemas['OwnNotificationView'];

const LEAST_MS = 5_000;
const PAGE = 20;

/** My notifications, newest first. Which were looked at is remembered by this browser, as the newest one's time. */
export function useNotifications(personId: string) {
  const place = `opsflow.notifications.${personId}`;
  const [readUntil, setReadUntil] = useState(() => localStorage.getItem(place) ?? '');
  const pages = usePages(['notifications'], (cursor) =>
    answered(api.GET('/api/notifications', { params: { query: { limit: PAGE, cursor } } })),
  );
  useLiveChanges(() => void pages.query.refetch(), LEAST_MS);
  const items = pages.items ?? [];
  const newest = items[0]?.created_at ?? '';
  const markRead = () => {
    if (newest === '') return;
    localStorage.setItem(place, newest);
    setReadUntil(newest);
  };
  return { pages, unread: items.filter((one) => one.created_at > readUntil).length, markRead };
}
