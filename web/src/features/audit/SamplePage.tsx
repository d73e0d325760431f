import { WarningOutlined } from '@ant-design/icons';
import { Alert, Button, Checkbox, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { Blank } from '../../ui/Blank';
import { Fact } from '../../ui/Fact';
import { useNames } from '../../ui/names';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { ScrolledTable } from '../../ui/ScrolledTable';
import { useTimes } from '../../ui/times';
import { AuditNav } from './AuditNav';
import './audit.css';
import { SampleFilter } from './SampleFilter';
import { type CaseSample, type SampledCase, useCheck, useRepetition, useSample } from './useSamples';

const COLUMNS = ['lookedAt', 'number', 'type', 'outcome', 'received'];

/** One sample: how it was drawn, that it can be drawn again, and which of its cases were looked at. */
export default function SamplePage() {
  const { id = '' } = useParams();
  const { t } = useTranslation('audit');
  const { found, cases } = useSample(id);
  const error = found.error ?? cases.error;
  return (
    <>
      <PageHeader
        title={found.data?.purpose ?? t('sample.one')}
        subtitle={found.data && t('sample.checkedOf', { checked: found.data.checked, of: found.data.drawn })}
      />
      <AuditNav />
      <ProblemAlert error={error} onRetry={() => void Promise.all([found.refetch(), cases.refetch()])} />
      {!error && (!found.data || !cases.data) && <Skeleton active />}
      {found.data && <Draw sample={found.data} />}
      {cases.data?.length === 0 && <Blank title={t('sample.empty')}>{t('sample.emptyHint')}</Blank>}
      {cases.data && cases.data.length > 0 && <SampledCases id={id} cases={cases.data} />}
    </>
  );
}

function Draw({ sample }: { sample: CaseSample }) {
  const { t } = useTranslation('audit');
  const times = useTimes();
  const nameOf = useNames([sample.drawn_by]);
  const again = useRepetition(sample.id);
  const moment = (name: string) => times.zoned(String(sample.filter[name] ?? ''));
  return (
    <>
      <dl className="facts">
        <Fact name={t('sample.seed')}>
          <code>{sample.seed}</code>
        </Fact>
        <Fact name={t('column.size')}>{t('sample.of', { drawn: sample.drawn, population: sample.population })}</Fact>
        <Fact name={t('find.period')}>{t('sample.period', { from: moment('received_from'), before: moment('received_before') })}</Fact>
        <Fact name={t('column.who')}>
          {nameOf(sample.drawn_by)} · {times.zoned(sample.drawn_at)}
        </Fact>
      </dl>
      <SampleFilter filter={sample.filter} />
      <p>
        <Button size="small" loading={again.isPending} onClick={() => again.mutate()}>
          {t('sample.repeat')}
        </Button>
      </p>
      <ProblemAlert error={again.error} />
      {again.data && (
        <Alert
          className="integrity"
          type={again.data.is_same ? 'success' : 'warning'}
          showIcon
          role="status"
          title={t(again.data.is_same ? 'sample.same' : 'sample.another')}
          description={t(again.data.is_same ? 'sample.sameHint' : 'sample.anotherHint', {
            population: again.data.population,
            lacking: again.data.lacking.length,
            added: again.data.added.length,
          })}
        />
      )}
    </>
  );
}

function SampledCases({ id, cases }: { id: string; cases: readonly SampledCase[] }) {
  const { t } = useTranslation('audit');
  const { t: ofCase } = useTranslation('cases');
  const times = useTimes();
  const nameOf = useNames(cases.map((one) => one.checked_by));
  const check = useCheck(id);
  return (
    <>
      <ProblemAlert error={check.error} />
      <ScrolledTable label={t('find.list')} columns={COLUMNS.map((name) => t(`column.${name}`))}>
        {cases.map((one) => (
          <tr key={one.case_number} className={one.checked_at ? 'is-checked' : undefined}>
            <td>
              <Checkbox
                aria-label={t('sample.check', { number: one.case_number })}
                checked={check.isChecked(one)}
                onChange={(event) => check.set(one.case_number, event.target.checked)}
              />
              {one.checked_at && <small>{`${nameOf(one.checked_by)} · ${times.on(one.checked_at)}`}</small>}
            </td>
            <td className="nowrap">
              <Link to={`/audit/cases/${one.case_number}?sample=${id}`}>{one.case_number}</Link>
              {(one.summary?.breaches ?? 0) > 0 && <WarningOutlined className="is-bad" aria-label={t('find.breached')} />}
            </td>
            <td>{one.summary ? one.summary.request_type && ofCase(`type.${one.summary.request_type}`) : t('sample.gone')}</td>
            <td>{one.summary?.outcome ? ofCase(`outcome.${one.summary.outcome}`) : one.summary && t(`state.${one.summary.state}`)}</td>
            <td className="nowrap">{times.on(one.summary?.received_at)}</td>
          </tr>
        ))}
      </ScrolledTable>
    </>
  );
}
