import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { optionOf, usePeopleSearch } from './usePeopleSearch';

interface Props {
  id?: string;
  value?: string;
  onChange?: (subject: string) => void;
  /** The subject of somebody who is not to be chosen. */
  except?: string | null;
}

/** A colleague, found by a part of the name; the value is the subject. */
export function ColleagueSelect({ id, value, onChange, except }: Props) {
  const { t } = useTranslation('shell');
  const { people, searching } = usePeopleSearch();
  return (
    <Select
      id={id}
      value={value}
      onChange={onChange}
      placeholder={t('colleague.search')}
      options={people.filter((one) => one.is_active && one.subject !== except).map(optionOf)}
      {...searching}
    />
  );
}
