import { Button, Select, Skeleton, Switch } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { Blank } from '../../ui/Blank';
import { useInLanguage } from '../../ui/inLanguage';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { MappingTable } from './MappingTable';
import './versions.css';
import './migrate.css';
import { useAddress } from '../../ui/useAddress';
import { OperationProgress } from './OperationProgress';
import { Prospects } from './Prospects';
import { type Mapping, usePlan, usePreview, type Wanted } from './useMigration';
import { useVersions } from './useVersions';

const RUNNING = new Set(['active', 'retired']);

/** Let running instances go on with another version: which element takes over which, what would happen, then do it. */
export default function MigratePage() {
  const { t } = useTranslation('versions');
  const { key = '' } = useParams();
  const text = useInLanguage();
  const { query, set } = useAddress();
  const versions = useVersions(key);
  const items = versions.data?.items ?? [];
  const [from, operationId] = [query.get('from'), query.get('operation')];
  const newest = items.find((each) => each.stage === 'active' && each.id !== from)?.id ?? null;
  const to = query.get('to') ?? newest;
  const plan = usePlan(from, to);
  const [chosen, setChosen] = useState<Mapping>({});
  const [updatesTimers, setUpdatesTimers] = useState(false);
  const mapping = useMemo(() => mappingOf(plan.data?.items ?? [], chosen), [plan.data, chosen]);
  const wanted: Wanted | null = from !== null && to !== null && plan.data ? { from, to, mapping, updatesTimers } : null;
  const preview = usePreview(operationId === null ? wanted : null);
  const options = items
    .filter((each) => RUNNING.has(each.stage))
    .map((each) => ({ value: each.id, label: t('version', { version: each.version }) }));
  function say(name: string, value: string) {
    set({ [name]: value }, { replace: name === 'to' });
  }
  return (
    <div className="migrate-page">
      <PageHeader
        title={t('migrateTitle', { name: text(items[0]?.name) || key })}
        subtitle={t('migrateHint')}
        actions={
          <Link to=".." relative="path">
            <Button tabIndex={-1}>{t('back')}</Button>
          </Link>
        }
      />
      <ProblemAlert error={versions.error ?? plan.error ?? preview.error} onRetry={() => void plan.refetch()} />
      {operationId !== null && <OperationProgress operationId={operationId} />}
      {operationId === null && (
        <>
          <div className="migrate-choice">
            <label className="field">
              {t('from')}
              <Select value={from} options={options} onChange={(id) => say('from', id)} />
            </label>
            <label className="field">
              {t('to')}
              <Select
                value={to}
                options={options.filter((each) => each.value !== from)}
                onChange={(id: string) => {
                  setChosen({});
                  say('to', id);
                }}
              />
            </label>
            <label className="switch-field">
              <Switch checked={updatesTimers} onChange={setUpdatesTimers} />
              {t('updatesTimers')}
            </label>
          </div>
          {versions.data && to === null && <Blank title={t('noTarget')}>{t('noTargetHint')}</Blank>}
          {plan.isLoading && <Skeleton active />}
          {plan.data && to !== null && (
            <MappingTable
              plan={plan.data.items}
              targetId={to}
              chosen={chosen}
              onChoose={(source, target) => setChosen({ ...chosen, [source]: target })}
            />
          )}
          {preview.isLoading && <Skeleton active />}
          {preview.data && wanted && (
            <Prospects
              key={JSON.stringify(wanted)}
              prospects={preview.data.items}
              isWhole={preview.data.next === null}
              wanted={wanted}
              onStarted={(id) => say('operation', id)}
            />
          )}
        </>
      )}
    </div>
  );
}

/** What is proposed under another name, and what was chosen by hand. */
function mappingOf(plan: readonly { source_id: string; target_id: string | null }[], chosen: Mapping): Mapping {
  const proposed = plan.flatMap((each) =>
    each.target_id !== null && each.target_id !== each.source_id ? [[each.source_id, each.target_id] as const] : [],
  );
  return { ...Object.fromEntries(proposed), ...chosen };
}
