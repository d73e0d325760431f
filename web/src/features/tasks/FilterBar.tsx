import { FilterOutlined, SearchOutlined } from '@ant-design/icons';
import { Badge, Button, Input, Popover, Select } from 'antd';
import { type Ref, useEffect, useState } from 'react';
import type { InputRef } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProcesses } from '../../ui/names';
import { countFilters, DUES, type Filters, PRIORITIES, STAGES } from './filters';
import { SavedViews } from './SavedViews';

const PAUSE_MS = 300;

interface Props {
  filters: Filters;
  onChange: (filters: Filters) => void;
  searchRef: Ref<InputRef>;
}

interface SearchProps {
  text: string;
  inputRef: Ref<InputRef>;
  onSearch: (text: string | undefined) => void;
}

/** Searching and filtering; every change is a new address. */
export function FilterBar({ filters, onChange, searchRef }: Props) {
  const { t } = useTranslation('tasks');
  const set = (change: Partial<Filters>) => {
    onChange({ ...filters, ...change });
  };
  const hidden = countFilters({ ...filters, text: undefined, due: undefined });
  return (
    <div className="task-filters" role="search">
      <Search key={filters.text ?? ''} text={filters.text ?? ''} inputRef={searchRef} onSearch={(text) => set({ text })} />
      <Select
        aria-label={t('filters.due')}
        value={filters.due ?? ''}
        onChange={(due) => set({ due: (due || undefined) as Filters['due'] })}
        options={['', ...DUES].map((value) => ({ value, label: t(`dueFilter.${value || 'any'}`) }))}
        popupMatchSelectWidth={false}
      />
      <Popover trigger="click" placement="bottomRight" content={<More filters={filters} set={set} />}>
        <Badge count={hidden} size="small">
          <Button icon={<FilterOutlined />} aria-label={t('filters.more')} />
        </Badge>
      </Popover>
      <SavedViews filters={filters} onOpen={onChange} />
    </div>
  );
}

function Search({ text, inputRef, onSearch }: SearchProps) {
  const { t } = useTranslation('tasks');
  const [typed, setTyped] = useState(text);
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => {
      onSearch(typed.trim() || undefined);
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [typed, text, onSearch]);
  return (
    <Input
      ref={inputRef}
      allowClear
      maxLength={200}
      prefix={<SearchOutlined aria-hidden />}
      placeholder={t('filters.search')}
      aria-label={t('filters.search')}
      value={typed}
      onChange={(event) => {
        setTyped(event.target.value);
      }}
    />
  );
}

function More({ filters, set }: { filters: Filters; set: (change: Partial<Filters>) => void }) {
  const { t } = useTranslation('tasks');
  const processes = useProcesses();
  const any = { value: '', label: t('filters.any') };
  return (
    <div className="task-more-filters">
      <Choice
        label={t('filters.process')}
        value={filters.definition_key}
        options={[any, ...processes.map((one) => ({ value: one.key, label: one.name }))]}
        onChange={(definition_key) => set({ definition_key })}
      />
      <Choice
        label={t('filters.stage')}
        value={filters.case_stage}
        options={[any, ...STAGES.map((value) => ({ value, label: t(`stage.${value}`) }))]}
        onChange={(case_stage) => set({ case_stage: case_stage as Filters['case_stage'] })}
      />
      <Choice
        label={t('filters.priority')}
        value={filters.case_priority}
        options={[any, ...PRIORITIES.map((value) => ({ value, label: t(`priority.${value}`) }))]}
        onChange={(case_priority) => set({ case_priority: case_priority as Filters['case_priority'] })}
      />
      <Choice
        label={t('filters.urgency')}
        value={filters.min_priority === undefined ? undefined : String(filters.min_priority)}
        options={[any, { value: '75', label: t('filters.urgent') }]}
        onChange={(value) => set({ min_priority: value === undefined ? undefined : Number(value) })}
      />
      {filters.customer_id && (
        <Button size="small" onClick={() => set({ customer_id: undefined })}>
          {t('filters.everyCustomer')}
        </Button>
      )}
      <Button type="link" onClick={() => set({ definition_key: undefined, case_stage: undefined, case_priority: undefined, min_priority: undefined, customer_id: undefined, group: undefined, due: undefined, text: undefined })}>
        {t('filters.clear')}
      </Button>
    </div>
  );
}

function Choice(props: {
  label: string;
  value: string | null | undefined;
  options: { value: string; label: string }[];
  onChange: (value: string | undefined) => void;
}) {
  return (
    <div className="task-choice">
      <span>{props.label}</span>
      <Select
        aria-label={props.label}
        value={props.value ?? ''}
        options={props.options}
        onChange={(value) => {
          props.onChange(value === '' ? undefined : value);
        }}
      />
    </div>
  );
}
