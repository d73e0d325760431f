import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Blank } from '../../ui/Blank';
import { SearchField } from '../../ui/FoundCases';
import { useNames } from '../../ui/names';
import { PagedList } from '../../ui/PagedList';
import { PageHeader } from '../../ui/PageHeader';
import { useAddress } from '../../ui/useAddress';
import { ActorSelect } from './ActorSelect';
import './audit.css';
import { AuditNav } from './AuditNav';
import { JournalEntry } from './JournalEntry';
import { momentsOf, periodOf } from './period';
import { PeriodPicker } from './PeriodPicker';
import { KINDS, useJournal } from './useJournal';

type Set = ReturnType<typeof useAddress>['set'];

/** Everything that was ever recorded, by time: who did what, whatever it was about. */
export default function JournalPage() {
  const { t } = useTranslation('audit');
  const { query, set, clear } = useAddress();
  const { first, after } = momentsOf(periodOf(query));
  const of = (name: string) => query.get(name);
  const asked = { kind: of('kind'), actor: of('actor'), case_number: of('case'), instance_id: of('instance') };
  const pages = useJournal({ ...asked, at_from: first, at_before: after });
  const hasNext = pages.query.hasNextPage;
  const personOf = useNames(pages.items?.flatMap((one) => [one.actor, one.on_behalf_of]) ?? []);
  const nameOf = (subject: string | null) => (subject === 'public' ? t('who.public') : personOf(subject));
  return (
    <>
      <PageHeader title={t('journal.title')} subtitle={t('journal.subtitle')} />
      <AuditNav />
      <Filters query={query} onSet={set} />
      <PagedList
        pages={pages}
        more={t('journal.further')}
        blank={
          <Blank title={t(hasNext ? 'journal.noneYet' : 'journal.none')}>
            {hasNext ? t('journal.noneYetHint') : <Button onClick={clear}>{t('journal.clear')}</Button>}
          </Blank>
        }
      >
        {(entries) => (
          <ul className="journal" aria-label={t('journal.title')}>
            {entries.map((one) => (
              <JournalEntry key={one.id} entry={one} nameOf={nameOf} onSet={set} />
            ))}
          </ul>
        )}
      </PagedList>
    </>
  );
}

function Filters({ query, onSet }: { query: URLSearchParams; onSet: Set }) {
  const { t } = useTranslation('audit');
  return (
    <div className="find-filters" role="search">
      <ActorSelect value={query.get('actor')} onChange={(actor) => onSet({ actor })} />
      <Select
        aria-label={t('journal.kind')}
        value={query.get('kind') ?? ''}
        onChange={(kind) => onSet({ kind })}
        popupMatchSelectWidth={false}
        options={[
          { value: '', label: t('find.any', { name: t('journal.kind') }) },
          ...Object.keys(KINDS).map((value) => ({ value, label: t(`journalKind.${value}`) })),
        ]}
      />
      <SearchField value={query.get('case')} label={t('journal.case')} onSearch={(number) => onSet({ case: number, instance: undefined })} />
      <PeriodPicker
        id="journal-from"
        label={t('exports.when')}
        value={periodOf(query)}
        onChange={({ from, to }) => onSet({ from: from ?? undefined, to: to ?? undefined })}
      />
      {query.get('instance') && <Button onClick={() => onSet({ instance: undefined })}>{t('journal.ofInstance')} ✕</Button>}
    </div>
  );
}
