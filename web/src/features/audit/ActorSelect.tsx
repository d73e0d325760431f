import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../ui/names';
import { usePeople } from './useJournal';

/** Who acted: anybody by a part of the name, whoever left too. */
export function ActorSelect({ value, onChange }: { value: string | null; onChange: (subject: string | undefined) => void }) {
  const { t } = useTranslation('audit');
  const [text, setText] = useState('');
  const found = usePeople(text);
  const nameOf = useNames([value]);
  const people = (found.data?.items ?? []).map((one) => ({ value: one.subject, label: one.display_name }));
  const known = value === null || people.some((one) => one.value === value) ? [] : [{ value, label: nameOf(value) }];
  return (
    <Select
      className="actor-select"
      aria-label={t('journal.actor')}
      allowClear
      value={value}
      onChange={(subject: string | undefined) => onChange(subject)}
      showSearch={{ onSearch: setText, filterOption: false }}
      loading={found.isFetching}
      placeholder={t('journal.actor')}
      notFoundContent={t(text === '' ? 'journal.search' : 'journal.nobody')}
      options={[...known, ...people]}
    />
  );
}
