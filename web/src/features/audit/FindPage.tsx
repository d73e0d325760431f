import { ExperimentOutlined, WarningOutlined } from '@ant-design/icons';
import { Button, Checkbox, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { type CaseFilters, type CaseSummary, FoundCases, SearchField } from '../../ui/FoundCases';
import { useProcesses } from '../../ui/names';
import { PageHeader } from '../../ui/PageHeader';
import { ScrolledTable } from '../../ui/ScrolledTable';
import { useTimes } from '../../ui/times';
import { useAddress } from '../../ui/useAddress';
import { AuditNav } from './AuditNav';
import './audit.css';
import { momentsOf, periodOf } from './period';
import { PeriodPicker } from './PeriodPicker';
import { SampleDialog } from './SampleDialog';

const COLUMNS = ['number', 'type', 'state', 'outcome', 'priority', 'received', 'closed'];
const OUTCOMES = ['completed', 'resolved_at_once', 'unresolved', 'withdrawn', 'invalid', 'duplicate'] as const;
type Outcome = NonNullable<Schemas['PopulationFilter']['outcome']>;

/** Find a case to replay, or draw a sample of those that are found. */
export default function FindPage() {
  const { t } = useTranslation('audit');
  const { query, set, clear } = useAddress();
  const [isDrawing, setDrawing] = useState(false);
  const asked = askedOf(query);
  return (
    <>
      <PageHeader
        title={t('title')}
        subtitle={t('subtitle')}
        actions={
          <Button icon={<ExperimentOutlined />} onClick={() => setDrawing(true)}>
            {t('sample.draw')}
          </Button>
        }
      />
      <AuditNav />
      <Filters query={query} onSet={set} />
      <FoundCases asked={asked} isFiltered={query.size > 0} onClear={clear} hint={t('find.noneHint')}>
        {(cases) => <CaseTable cases={cases} />}
      </FoundCases>
      {isDrawing && <SampleDialog asked={asked} period={periodOf(query)} onClose={() => setDrawing(false)} />}
    </>
  );
}

/** What the address asks for, as the service takes it. */
function askedOf(query: URLSearchParams): CaseFilters {
  const { first, after } = momentsOf(periodOf(query));
  return {
    text: query.get('text') ?? undefined,
    customer_id: query.get('customer_id') ?? undefined,
    definition_key: query.get('process') ?? undefined,
    outcome: OUTCOMES.find((one) => one === query.get('outcome')),
    is_breached: query.get('breached') === 'true' || undefined,
    received_from: first,
    received_before: after,
  };
}

function Filters({ query, onSet }: { query: URLSearchParams; onSet: (values: Record<string, string | undefined>) => void }) {
  const { t } = useTranslation('audit');
  const { t: ofCase } = useTranslation('cases');
  const processes = useProcesses();
  const any = (name: string) => ({ value: '', label: t('find.any', { name }) });
  return (
    <div className="find-filters" role="search">
      <SearchField value={query.get('text')} label={t('find.text')} onSearch={(text) => onSet({ text })} />
      <PeriodPicker
        id="received-from"
        label={t('find.period')}
        value={periodOf(query)}
        onChange={({ from, to }) => onSet({ from: from ?? undefined, to: to ?? undefined })}
      />
      <Select
        aria-label={t('find.process')}
        value={query.get('process') ?? ''}
        onChange={(process) => onSet({ process })}
        popupMatchSelectWidth={false}
        options={[any(t('find.process')), ...processes.map((one) => ({ value: one.key, label: one.name }))]}
      />
      <Select
        aria-label={t('find.outcome')}
        value={query.get('outcome') ?? ''}
        onChange={(outcome) => onSet({ outcome })}
        popupMatchSelectWidth={false}
        options={[any(t('find.outcome')), ...OUTCOMES.map((value: Outcome) => ({ value, label: ofCase(`outcome.${value}`) }))]}
      />
      <Checkbox checked={query.get('breached') === 'true'} onChange={(event) => onSet({ breached: event.target.checked ? 'true' : undefined })}>
        {t('find.breached')}
      </Checkbox>
    </div>
  );
}

function CaseTable({ cases }: { cases: readonly CaseSummary[] }) {
  const { t } = useTranslation('audit');
  const { t: ofCase } = useTranslation('cases');
  const times = useTimes();
  return (
    <ScrolledTable label={t('find.list')} columns={COLUMNS.map((name) => t(`column.${name}`))}>
      {cases.map((one) => (
        <tr key={one.number}>
          <td className="nowrap">
            <Link to={`/audit/cases/${one.number}`}>{one.number}</Link>
            {one.breaches > 0 && <WarningOutlined className="is-bad" aria-label={t('find.breached')} />}
          </td>
          <td>{one.request_type && ofCase(`type.${one.request_type}`)}</td>
          <td className="nowrap">{t(`state.${one.state}`)}</td>
          <td>{one.outcome && ofCase(`outcome.${one.outcome}`)}</td>
          <td>{one.priority}</td>
          <td className="nowrap">{times.on(one.received_at)}</td>
          <td className="nowrap">{times.on(one.closed_at)}</td>
        </tr>
      ))}
    </ScrolledTable>
  );
}
