import { Button, Input } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '../api/client';
import { answered } from '../api/problems';
import type { paths } from '../api/schema';
import { Blank } from './Blank';
import { PagedList } from './PagedList';
import { usePages } from './usePages';

export type CaseSummary = Schemas['CaseSummaryView'];
export type CaseFilters = NonNullable<paths['/api/cases']['get']['parameters']['query']>;

const PAGE = 50;

interface Props {
  asked: CaseFilters;
  /** Whether anything is asked for; then it can be cleared when nothing is found. */
  isFiltered: boolean;
  onClear: () => void;
  /** What it means that there are no cases at all. */
  hint: string;
  children: (cases: CaseSummary[]) => ReactNode;
}

/** The cases that filters find, a page at a time. */
export function FoundCases({ asked, isFiltered, onClear, hint, children }: Props) {
  const { t } = useTranslation('shell');
  const pages = usePages(['cases', 'list', asked], (cursor) =>
    answered(api.GET('/api/cases', { params: { query: { ...asked, limit: PAGE, cursor } } })),
  );
  return (
    <PagedList
      pages={pages}
      blank={
        <Blank title={t(isFiltered ? 'cases.noneSuch' : 'cases.none')}>
          {isFiltered ? <Button onClick={onClear}>{t('cases.clear')}</Button> : hint}
        </Blank>
      }
    >
      {children}
    </PagedList>
  );
}

/** What is searched for when the reader has typed it; follows the address. */
export function SearchField({ value, label, onSearch }: { value: string | null; label: string; onSearch: (value: string) => void }) {
  return (
    <Input.Search
      key={value}
      allowClear
      maxLength={40}
      defaultValue={value ?? ''}
      aria-label={label}
      placeholder={label}
      onSearch={(typed) => onSearch(typed.trim())}
    />
  );
}
