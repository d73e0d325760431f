import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useColleagues } from './useActs';

interface Props {
  id?: string;
  value?: string;
  onChange?: (subject: string) => void;
}

/** A colleague, found by a part of the name; the value is the subject. */
export function ColleagueSelect({ id, value, onChange }: Props) {
  const { t } = useTranslation('board');
  const [text, setText] = useState('');
  const found = useColleagues(text);
  return (
    <Select
      id={id}
      value={value}
      onChange={onChange}
      showSearch={{ onSearch: setText, filterOption: false }}
      loading={found.isFetching}
      placeholder={t('reassign.search')}
      notFoundContent={text === '' ? t('reassign.search') : t('reassign.nobody')}
      options={found.data?.items
        .filter((one) => one.is_active)
        .map((one) => ({
          value: one.subject,
          label: one.display_name === one.user_name ? one.user_name : `${one.display_name} (${one.user_name})`,
        }))}
    />
  );
}
