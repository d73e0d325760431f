import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client';
import { answered } from '../api/problems';

interface Props {
  id?: string;
  value?: string;
  onChange?: (subject: string) => void;
}

/** A colleague, found by a part of the name; the value is the subject. */
export function ColleagueSelect({ id, value, onChange }: Props) {
  const { t } = useTranslation('shell');
  const [text, setText] = useState('');
  const found = useQuery({
    queryKey: ['colleagues', text],
    queryFn: () => answered(api.GET('/api/people/search', { params: { query: { text } } })),
    enabled: text !== '',
    staleTime: 60_000,
  });
  return (
    <Select
      id={id}
      value={value}
      onChange={onChange}
      showSearch={{ onSearch: setText, filterOption: false }}
      loading={found.isFetching}
      placeholder={t('colleague.search')}
      notFoundContent={text === '' ? t('colleague.search') : t('colleague.nobody')}
      options={found.data?.items
        .filter((one) => one.is_active)
        .map((one) => ({
          value: one.subject,
          label: one.display_name === one.user_name ? one.user_name : `${one.display_name} (${one.user_name})`,
        }))}
    />
  );
}
