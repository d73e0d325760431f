import { WarningOutlined } from '@ant-design/icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Checkbox, DatePicker, Input, Skeleton } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';
import { Blank } from '../../ui/Blank';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useTimes } from '../../ui/times';
import './audit.css';

type Summary = Schemas['CaseSummaryView'];
const PAGE = 50;

/** Find a case to replay. */
export default function FindPage() {
  const { t } = useTranslation('audit');
  const [query, setQuery] = useSearchParams();
  const asked = askedOf(query);
  const list = useInfiniteQuery({
    queryKey: ['cases', 'audited', asked],
    queryFn: ({ pageParam }) =>
      answered(api.GET('/api/cases', { params: { query: { ...asked, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const cases = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHeader title={t('title')} subtitle={t('subtitle')} />
      <Filters query={query} onQuery={setQuery} />
      {list.isPending && <Skeleton active />}
      <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />
      {list.data && cases.length === 0 && (
        <Blank title={t(query.size > 0 ? 'find.noneSuch' : 'find.none')}>
          {query.size > 0 ? <Button onClick={() => setQuery({})}>{t('find.clear')}</Button> : t('find.noneHint')}
        </Blank>
      )}
      {cases.length > 0 && <CaseTable cases={cases} />}
      {list.hasNextPage && (
        <Button className="find-more" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('find.more')}
        </Button>
      )}
    </>
  );
}

/** What the address asks for, as the service takes it; days are whole days of the reader's zone. */
function askedOf(query: URLSearchParams) {
  const from = query.get('from');
  const to = query.get('to');
  return {
    number: query.get('number') ?? undefined,
    customer_id: query.get('customer_id') ?? undefined,
    is_breached: query.get('breached') === 'true' || undefined,
    received_from: from ? dayjs(from).startOf('day').toISOString() : undefined,
    received_before: to ? dayjs(to).add(1, 'day').startOf('day').toISOString() : undefined,
  };
}

function Filters({ query, onQuery }: { query: URLSearchParams; onQuery: (query: URLSearchParams) => void }) {
  const { t } = useTranslation('audit');
  const set = (values: Record<string, string | undefined>) => {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(values)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    onQuery(next);
  };
  const [from, to] = [query.get('from'), query.get('to')];
  return (
    <div className="find-filters" role="search">
      <Input.Search
        key={query.get('number')}
        allowClear
        maxLength={40}
        defaultValue={query.get('number') ?? ''}
        aria-label={t('find.number')}
        placeholder={t('find.number')}
        onSearch={(value) => set({ number: value.trim() })}
      />
      <DatePicker.RangePicker
        id={{ start: 'received-from', end: 'received-to' }}
        allowEmpty={[true, true]}
        value={[from ? dayjs(from) : null, to ? dayjs(to) : null]}
        placeholder={[t('find.from'), t('find.to')]}
        aria-label={t('find.period')}
        onChange={(days) => set({ from: days?.[0]?.format('YYYY-MM-DD'), to: days?.[1]?.format('YYYY-MM-DD') })}
      />
      <Checkbox checked={query.get('breached') === 'true'} onChange={(event) => set({ breached: event.target.checked ? 'true' : undefined })}>
        {t('find.breached')}
      </Checkbox>
    </div>
  );
}

function CaseTable({ cases }: { cases: readonly Summary[] }) {
  const { t } = useTranslation('audit');
  const times = useTimes();
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that keys can scroll it
    <div className="find-table" tabIndex={0} role="region" aria-label={t('find.list')}>
      <table>
        <thead>
          <tr>
            {['number', 'state', 'priority', 'received', 'closed'].map((name) => (
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
                <Link to={`/audit/cases/${one.number}`}>{one.number}</Link>
                {one.breaches > 0 && <WarningOutlined className="is-bad" aria-label={t('find.breached')} />}
              </td>
              <td>{t(`state.${one.state}`)}</td>
              <td>{one.priority}</td>
              <td>{times.on(one.received_at)}</td>
              <td>{times.on(one.closed_at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
