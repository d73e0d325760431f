import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client';
import { answered } from '../api/problems';
import { inLanguage } from './inLanguage';

const LONG_MS = 300_000;
const MOST_NAMED = 200;

/** Names of people by subject (`person:…`), as their colleagues know them; a subject without a name stays as it is. */
export function useNames(subjects: readonly (string | null | undefined)[]): (subject: string | null) => string {
  const asked = [...new Set(subjects.filter((one): one is string => one?.startsWith('person:') ?? false))].sort();
  const { data } = useQuery({
    queryKey: ['names', asked],
    queryFn: () => answered(api.GET('/api/people/names', { params: { query: { subject: asked.slice(0, MOST_NAMED) } } })),
    enabled: asked.length > 0,
    staleTime: LONG_MS,
    placeholderData: keepPreviousData,
  });
  const { t } = useTranslation('shell');
  const known = new Map(data?.items.map((one) => [one.subject, one.display_name]));
  return (subject) => {
    if (subject === null) return '';
    if (subject === 'system' || subject.startsWith('system:')) return t('who.system');
    if (subject.startsWith('customer:')) return t('who.customer');
    return known.get(subject) ?? (subject.startsWith('person:') ? '…' : subject);
  };
}

/** Names of groups by id, in the reader's language. */
export function useGroupNames(): (id: string) => string {
  const { t, i18n } = useTranslation('shell');
  const isChinese = i18n.language.startsWith('zh');
  const { data } = useQuery({
    queryKey: ['groups'],
    queryFn: () => answered(api.GET('/api/groups')),
    staleTime: LONG_MS,
  });
  return useCallback(
    (id) => {
      if (id.startsWith('customer:')) return t('who.customer');
      const found = data?.items.find((one) => one.id === id);
      return found ? (isChinese ? found.name_zh : found.name_en) : id;
    },
    [data, isChinese, t],
  );
}

/** The processes there are, by key, with their names in the reader's language. */
export function useProcesses(): { key: string; name: string }[] {
  const { i18n } = useTranslation('shell');
  const isChinese = i18n.language.startsWith('zh');
  const { data } = useQuery({
    queryKey: ['processes'],
    queryFn: () =>
      answered(
        api.GET('/api/process-definitions', { params: { query: { latest: true, state: 'active', limit: MOST_NAMED } } }),
      ),
    staleTime: LONG_MS,
  });
  return (data?.items ?? []).map((one) => ({ key: one.key, name: one.name ? inLanguage(one.name, isChinese) : one.key }));
}
