import { AlertOutlined, WarningOutlined } from '@ant-design/icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Checkbox, Input, Select, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';
import { Blank } from '../../ui/Blank';
import { useNames } from '../../ui/names';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useTimes } from '../../ui/times';
import './cases.css';

type Summary = Schemas['CaseSummaryView'];
const STATES = ['open', 'closed', 'archived'];
const STAGES = ['intake', 'assignment', 'execution', 'confirmation', 'survey', 'archive'];
const PRIORITIES = ['P1', 'P2', 'P3', 'P4'];
const TYPES = [
  'consultation', 'fault', 'technical', 'billing', 'complaint', 'suggestion',
  'order', 'return', 'appointment', 'training', 'termination', 'other',
]; // prettier-ignore
const PAGE = 50;

/** Find a case. */
export default function Page() {
  const { t } = useTranslation('cases');
  const [query, setQuery] = useSearchParams();
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
  const list = useInfiniteQuery({
    queryKey: ['cases', 'list', asked],
    queryFn: ({ pageParam }) =>
      answered(api.GET('/api/cases', { params: { query: { ...asked, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const set = (name: string, value: string | undefined) => {
    const next = new URLSearchParams(query);
    if (value) next.set(name, value);
    else next.delete(name);
    setQuery(next);
  };
  const cases = list.data?.pages.flatMap((page) => page.items) ?? [];
  const choice = (name: string, prefix: string, values: string[]) => (
    <Select
      aria-label={t(`filter.${prefix}`)}
      value={query.get(name) ?? ''}
      onChange={(value) => set(name, value)}
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
        <Input.Search
          key={query.get('number')}
          allowClear
          maxLength={40}
          defaultValue={query.get('number') ?? ''}
          aria-label={t('search')}
          placeholder={t('search')}
          onSearch={(value) => set('number', value.trim())}
        />
        {choice('state', 'state', STATES)}
        {choice('stage', 'stage', STAGES)}
        {choice('priority', 'priority', PRIORITIES)}
        {choice('request_type', 'type', TYPES)}
        <Checkbox checked={asked.is_breached === true} onChange={(event) => set('is_breached', event.target.checked ? 'true' : '')}>
          {t('filter.breached')}
        </Checkbox>
        <Checkbox checked={asked.is_escalated === true} onChange={(event) => set('is_escalated', event.target.checked ? 'true' : '')}>
          {t('filter.escalated')}
        </Checkbox>
      </div>
      {list.isPending && <Skeleton active />}
      <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />
      {list.data && cases.length === 0 && (
        <Blank title={t(query.size > 0 ? 'emptyFiltered' : 'empty')}>
          {query.size > 0 ? <Button onClick={() => setQuery({})}>{t('clear')}</Button> : t('emptyHint')}
        </Blank>
      )}
      {cases.length > 0 && <CaseTable cases={cases} />}
      {list.hasNextPage && (
        <Button className="case-more" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </>
  );
}

function CaseTable({ cases }: { cases: Summary[] }) {
  const { t } = useTranslation('cases');
  const times = useTimes();
  const nameOf = useNames(cases.map((one) => one.lead_assignee));
  const columns = ['number', 'type', 'stage', 'priority', 'due', 'lead', 'received'];
  return (
    <div className="case-table">
      <table>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {t(`column.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
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
        </tbody>
      </table>
    </div>
  );
}

function oneOf(known: readonly string[], value: string | null): string | undefined {
  return known.find((one) => one === value);
}
