import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { answered } from '../../api/problems';
import type { Names } from './editing';
import { useCatalogue, useDrafts, useModels } from './useModels';

/** Everything a drawing may refer to, with the names of groups in the reader's language. */
export function useNames(): { data: Names | null; error: Error | null } {
  const { i18n } = useTranslation();
  const catalogue = useCatalogue();
  const models = useModels();
  const drafts = useDrafts();
  const groups = useQuery({
    queryKey: ['groups'],
    queryFn: async () => (await answered(api.GET('/api/groups'))).items ?? [],
    staleTime: 300_000,
  });
  const commitments = useQuery({
    queryKey: ['studio', 'commitments'],
    queryFn: async () => (await answered(api.GET('/api/commitments'))).items ?? [],
    staleTime: 300_000,
  });
  const templates = useQuery({
    queryKey: ['studio', 'templates'],
    queryFn: async () => (await answered(api.GET('/api/models/templates'))).items ?? [],
    staleTime: 300_000,
  });
  const isChinese = i18n.language.startsWith('zh');
  const data = useMemo(() => {
    if (!catalogue.data || !models.data || !drafts.data || !groups.data || !commitments.data || !templates.data) return null;
    const named = groups.data.map((group) => ({
      id: group.id ?? '',
      name: (isChinese ? group.name_zh : group.name_en) ?? '',
    }));
    return {
      catalogue: catalogue.data,
      models: models.data,
      drafts: drafts.data,
      groups: named,
      commitments: commitments.data.map(({ key = '', kind = '', name_zh = '', name_en = '' }) => ({ key, kind, name_zh, name_en })),
      templates: templates.data.map(({ key, subject_zh: chinese, subject_en: english }) => ({
        key,
        subject: (isChinese ? chinese : english) ?? key,
      })),
    };
  }, [catalogue.data, models.data, drafts.data, groups.data, commitments.data, templates.data, isChinese]);
  const error = catalogue.error ?? models.error ?? drafts.error ?? groups.error ?? commitments.error ?? templates.error;
  return { data, error };
}
