import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../ui/names';
import { usePeopleSearch } from '../../ui/usePeopleSearch';

/** Who acted: anybody by a part of the name, whoever left too. */
export function ActorSelect({ value, onChange }: { value: string | null; onChange: (subject: string | undefined) => void }) {
  const { t } = useTranslation('audit');
  const { people, searching } = usePeopleSearch();
  const nameOf = useNames([value]);
  const found = people.map((one) => ({ value: one.subject, label: one.display_name }));
  const known = value === null || found.some((one) => one.value === value) ? [] : [{ value, label: nameOf(value) }];
  return (
    <Select
      className="actor-select"
      aria-label={t('journal.actor')}
      allowClear
      value={value}
      onChange={(subject: string | undefined) => onChange(subject)}
      placeholder={t('journal.actor')}
      options={[...known, ...found]}
      {...searching}
    />
  );
}
