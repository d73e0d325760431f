import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '../api/client';
import { answered } from '../api/problems';

type Colleague = Schemas['ColleagueView'];

/** People found by a part of the name, those who left too, and what makes a `Select` look for them as one types. */
export function usePeopleSearch() {
  const { t } = useTranslation('shell');
  const [text, setText] = useState('');
  const found = useQuery({
    queryKey: ['people', 'search', text],
    queryFn: () => answered(api.GET('/api/people/search', { params: { query: { text } } })),
    enabled: text !== '',
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
  return {
    people: found.data?.items ?? [],
    searching: {
      showSearch: { onSearch: setText, filterOption: false },
      loading: found.isFetching,
      notFoundContent: t(text === '' ? 'colleague.search' : 'colleague.nobody'),
    },
  };
}

/** Somebody as an option; the value is the subject. */
export function optionOf(one: Colleague): { value: string; label: string } {
  const isAlike = one.display_name === one.user_name;
  return { value: one.subject, label: isAlike ? one.user_name : `${one.display_name} (${one.user_name})` };
}
