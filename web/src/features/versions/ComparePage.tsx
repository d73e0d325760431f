import { Button, Select, Skeleton } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { Blank } from '../../ui/Blank';
import { useInLanguage } from '../../ui/inLanguage';
import { PageHeader } from '../../ui/PageHeader';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { ChangeList } from './ChangeList';
import './versions.css';
import './compare.css';
import { useAddress } from '../../ui/useAddress';
import type { Marks } from './MarkedDiagram';
import { SyncedDiagrams } from './SyncedDiagrams';
import { type Differences, useDifferences } from './useDifferences';
import { useDiagram, useVersions } from './useVersions';

/** Two versions of a process beside each other: what came, what went, what says something else. */
export default function ComparePage() {
  const { t } = useTranslation('versions');
  const { key = '' } = useParams();
  const text = useInLanguage();
  const { query, set } = useAddress();
  const versions = useVersions(key);
  const [from, to] = [query.get('from'), query.get('to')];
  const selected = query.get('element');
  const found = useDifferences(from, to);
  const [before, after] = [useDiagram(from), useDiagram(to)];
  const items = versions.data?.items ?? [];
  const [oldMarks, newMarks] = useMemo(() => marksOf(found.data), [found.data]);
  const options = items.map((each) => ({ value: each.id, label: t('version', { version: each.version }) }));
  const titleOf = (id: string | null) => options.find((each) => each.value === id)?.label ?? '';
  function say(name: string, value: string) {
    set({ [name]: value }, { replace: true });
  }
  const error = versions.error ?? found.error ?? before.error ?? after.error;
  return (
    <div className="compare-page">
      <PageHeader
        title={t('compareTitle', { name: text(items[0]?.name) || key })}
        subtitle={found.data && t('compared', { count: found.data.elements.length, moved: found.data.moved.length })}
        actions={
          <>
            <label className="compare-choice">
              {t('from')}
              <Select value={from} options={options} onChange={(id) => say('from', id)} />
            </label>
            <label className="compare-choice">
              {t('to')}
              <Select value={to} options={options} onChange={(id) => say('to', id)} />
            </label>
            <Link to=".." relative="path">
              <Button tabIndex={-1}>{t('back')}</Button>
            </Link>
          </>
        }
      />
      <ProblemAlert error={error} onRetry={() => void found.refetch()} />
      {(found.isPending || before.isPending || after.isPending) && !error && <Skeleton active />}
      {found.data && before.data !== undefined && after.data !== undefined && (
        <div className="compare-body">
          <SyncedDiagrams
            sides={[
              { title: titleOf(from), xml: before.data, marks: oldMarks, label: t('diagramOf', { of: titleOf(from) }) },
              { title: titleOf(to), xml: after.data, marks: newMarks, label: t('diagramOf', { of: titleOf(to) }) },
            ]}
            selected={selected}
            onSelect={(id) => say('element', id)}
          />
          {found.data.elements.length === 0 ? (
            <Blank title={t('same')}>{found.data.moved.length > 0 && t('onlyMoved', { count: found.data.moved.length })}</Blank>
          ) : (
            <ChangeList differences={found.data} selected={selected} onSelect={(id) => say('element', id)} />
          )}
        </div>
      )}
    </div>
  );
}

/** What is gone is marked in the old diagram, what is new in the new one, what changed in both. */
function marksOf(differences: Differences | undefined): [Marks, Marks] {
  const [before, after] = [new Map<string, string>(), new Map<string, string>()];
  for (const each of differences?.elements ?? []) {
    if (each.change !== 'added') before.set(each.element_id, each.change);
    if (each.change !== 'removed') after.set(each.element_id, each.change);
  }
  return [before, after];
}
