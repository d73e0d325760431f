import { Button, Skeleton, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Fact } from '../../ui/Fact';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { useTimes } from '../../ui/times';
import { Proof } from './Proof';
import { type Entry, useFacts } from './useJournal';
import { shown } from './values';

interface Props {
  entry: Entry;
  nameOf: (subject: string | null) => string;
  onSet: (values: Record<string, string | undefined>) => void;
}

/** One event; unfolded with its facts, its replay and its proof. */
export function JournalEntry({ entry, nameOf, onSet }: Props) {
  const { t, i18n } = useTranslation('audit');
  const times = useTimes();
  const [isOpen, setOpen] = useState(false);
  const behalf = entry.on_behalf_of === null ? '' : t('journal.behalf', { who: nameOf(entry.on_behalf_of) });
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <time dateTime={entry.at} title={times.zoned(entry.at)}>
            {times.on(entry.at)}
          </time>
          <span>
            {i18n.language.startsWith('zh') ? entry.text_zh : entry.text_en}
            <small>{[nameOf(entry.actor) + behalf, entry.case_number, entry.element_id, entry.reason].filter(Boolean).join(' · ')}</small>
          </span>
          <small>
            <code>{entry.type}</code>
          </small>
        </summary>
        {isOpen && <Facts entry={entry} onSet={onSet} />}
      </details>
    </li>
  );
}

function Facts({ entry, onSet }: Pick<Props, 'entry' | 'onSet'>) {
  const { t } = useTranslation('audit');
  const times = useTimes();
  const found = useFacts(entry.id);
  const [isProven, setProven] = useState(false);
  const { case_number: number, instance_id: instance, seq } = entry;
  return (
    <>
      <dl className="facts">
        <Fact name={t('step.at')}>{times.zoned(entry.at)}</Fact>
        <Fact name={t('step.event')}>
          {entry.id}
          {seq !== null && ` · ${t('journal.seq', { seq })}`}
        </Fact>
        <Fact name={t('journal.origin')}>{entry.origin}</Fact>
      </dl>
      <Space wrap className="entry-actions">
        {instance !== null && seq !== null && <Link to={`/audit/instances/${instance}?at=${String(seq)}`}>{t('journal.replay')}</Link>}
        {number !== null && (seq === null || instance === null) && <Link to={`/audit/cases/${number}`}>{t('journal.toCase')}</Link>}
        {number !== null && (
          <Button size="small" onClick={() => onSet({ case: number })}>
            {t('journal.onlyCase')}
          </Button>
        )}
        {number === null && instance !== null && (
          <Button size="small" onClick={() => onSet({ instance })}>
            {t('journal.onlyInstance')}
          </Button>
        )}
        <Button size="small" onClick={() => onSet({ actor: entry.actor })}>
          {t('journal.onlyActor')}
        </Button>
        {!isProven && (
          <Button size="small" onClick={() => setProven(true)}>
            {t('proof.ask')}
          </Button>
        )}
      </Space>
      {isProven && <Proof eventId={entry.id} />}
      <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />
      {!found.data && !found.error && <Skeleton active paragraph={{ rows: 1 }} title={false} />}
      {found.data && <pre tabIndex={0} aria-label={t('journal.facts')} role="region">{shown(found.data.payload)}</pre>}
    </>
  );
}
