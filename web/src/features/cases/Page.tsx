import { AlertOutlined, WarningOutlined } from '@ant-design/icons';
import { Checkbox, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type CaseSummary, FoundCases, SearchField } from '../../ui/FoundCases';
import { useNames } from '../../ui/names';
import { PageHeader } from '../../ui/PageHeader';
import { ScrolledTable } from '../../ui/ScrolledTable';
import { useTimes } from '../../ui/times';
import { useAddress } from '../../ui/useAddress';
import './cases.css';

const COLUMNS = ['number', 'type', 'stage', 'priority', 'due', 'lead', 'received'];
const STATES = ['open', 'closed', 'archived'];
const STAGES = ['intake', 'assignment', 'execution', 'confirmation', 'survey', 'archive'];
const PRIORITIES = ['P1', 'P2', 'P3', 'P4'];
const TYPES = [
  'consultation', 'fault', 'technical', 'billing', 'complaint', 'suggestion',
  'order', 'return', 'appointment', 'training', 'termination', 'other',
]; // prettier-ignore

/** Find a case. */
export default function Page() {
  const { t } = useTranslation(['cases', 'wording'], { nsMode: 'fallback' });
  const { query, set, clear } = useAddress();
  const asked = {
    state: query.get('state') ?? undefined,
    stage: oneOf(STAGES, query.get('stage')) as 'intake' | undefined,
    priority: oneOf(PRIORITIES, query.get('priority')) as 'P1' | undefined,
    request_type: oneOf(TYPES, query.get('request_type')) as 'fault' | undefined,
    number: query.get('number') ?? undefined,
    customer_id: query.get('customer_id') ?? undefined,
    is_breached: query.get('is_breached') === 'true' || undefined,
    is_escalated: query.get('is_escalated') === 'true' || undefined,
  };
  const choice = (name: string, prefix: string, values: string[]) => (
    <Select
      aria-label={t(`filter.${prefix}`)}
      value={query.get(name) ?? ''}
      onChange={(value) => set({ [name]: value })}
      popupMatchSelectWidth={false}
      options={[
        { value: '', label: `${t(`filter.${prefix}`)}: ${t('filter.any')}` },
        ...values.map((value) => ({ value, label: t(`${prefix}.${value}`) })),
      ]}
    />
  );
  return (
    <>
      <PageHeader title={t('title')} />
      <div className="case-filters" role="search">
        <SearchField value={query.get('number')} label={t('search')} onSearch={(number) => set({ number })} />
        {choice('state', 'state', STATES)}
        {choice('stage', 'stage', STAGES)}
        {choice('priority', 'priority', PRIORITIES)}
        {choice('request_type', 'type', TYPES)}
        <Checkbox checked={asked.is_breached === true} onChange={(event) => set({ is_breached: event.target.checked ? 'true' : '' })}>
          {t('filter.breached')}
        </Checkbox>
        <Checkbox checked={asked.is_escalated === true} onChange={(event) => set({ is_escalated: event.target.checked ? 'true' : '' })}>
          {t('filter.escalated')}
        </Checkbox>
      </div>
      <FoundCases asked={asked} isFiltered={query.size > 0} onClear={clear} hint={t('emptyHint')}>
        {(cases) => <CaseTable cases={cases} />}
      </FoundCases>
    </>
  );
}

function CaseTable({ cases }: { cases: CaseSummary[] }) {
  const { t } = useTranslation(['cases', 'wording'], { nsMode: 'fallback' });
  const times = useTimes();
  const nameOf = useNames(cases.map((one) => one.lead_assignee));
  return (
    <ScrolledTable className="case-table" label={t('title')} columns={COLUMNS.map((name) => t(`column.${name}`))}>
      {cases.map((one) => (
        <tr key={one.number}>
          <td>
            <Link to={`/cases/${one.number}`}>{one.number}</Link>
            {one.breaches > 0 && <WarningOutlined className="is-bad" aria-label={t('filter.breached')} />}
            {one.open_escalations > 0 && <AlertOutlined className="is-bad" aria-label={t('filter.escalated')} />}
          </td>
          <td>{one.request_type && t(`type.${one.request_type}`)}</td>
          <td>{one.state === 'open' ? t(`stage.${one.stage}`) : t(`state.${one.state}`)}</td>
          <td>{t(`priority.${one.priority}`)}</td>
          <td>{times.on(one.next_due_at)}</td>
          <td>{nameOf(one.lead_assignee)}</td>
          <td>{times.on(one.received_at)}</td>
        </tr>
      ))}
    </ScrolledTable>
  );
}

function oneOf(known: readonly string[], value: string | null): string | undefined {
  return known.find((one) => one === value);
}
