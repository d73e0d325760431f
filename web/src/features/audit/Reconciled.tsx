import { CheckCircleOutlined, WarningOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { Export, Kind } from './useExports';

const NAMED = 20;

/** How a population stands against the journal: both counts, what only one side has, and what that means. */
export function Reconciled({ kind, found }: { kind: Kind; found: NonNullable<Export['reconciliation']> }) {
  const { t } = useTranslation('audit');
  const counts = { told: found.journal_events, stored: found.stored_rows, both: found.both };
  return (
    <div role={found.is_reconciled ? undefined : 'alert'}>
      <p>
        {found.is_reconciled ? <CheckCircleOutlined aria-hidden /> : <WarningOutlined className="is-bad" aria-hidden />}{' '}
        <b>{t(found.is_reconciled ? 'reconciled.yes' : 'reconciled.no')}</b>{' '}
        {kind === 'changes' ? t('reconciled.changes', counts) : t('reconciled.counts', counts)}
      </p>
      {found.journal_only.length > 0 && <OneSide text={t('reconciled.journalOnly', { count: found.journal_only.length })} names={found.journal_only} />}
      {found.stored_only.length > 0 && <OneSide text={t('reconciled.storedOnly', { count: found.stored_only.length })} names={found.stored_only} />}
      {found.removed_events > 0 && <p>{t('reconciled.removed', { count: found.removed_events })}</p>}
    </div>
  );
}

function OneSide({ text, names }: { text: string; names: readonly string[] }) {
  return (
    <p>
      {text} <code>{names.slice(0, NAMED).join(', ')}</code>
      {names.length > NAMED && ' …'}
    </p>
  );
}
