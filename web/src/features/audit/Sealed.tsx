import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { useTimes } from '../../ui/times';

type Seal = Schemas['SealView'];

const NAMED = 10;

/** Up to where the events of a case are sealed, and when the others will be. */
export function Sealed({ seal }: { seal: Seal }) {
  const { t } = useTranslation('audit');
  const times = useTimes();
  const { checkpoint, sealed, waiting, next_at: nextAt } = seal;
  if (checkpoint === null) return <p>{t('integrity.unsealed')}</p>;
  return (
    <p>
      {t('integrity.sealed', { at: times.zoned(checkpoint.at), sealed, events: seal.events })}{' '}
      {waiting > 0 && (nextAt === null ? t('integrity.waiting', { count: waiting }) : t('integrity.waitingUntil', { count: waiting, at: times.zoned(nextAt) }))}{' '}
      {!seal.is_complete && t('integrity.leftOut')}
    </p>
  );
}

/** The events that are not what was sealed, by name, and what that means. */
export function BrokenSeals({ seal, instanceId }: { seal: Seal; instanceId: string }) {
  const { t, i18n } = useTranslation('audit');
  const times = useTimes();
  const isChinese = i18n.language.startsWith('zh');
  return (
    <>
      <p>{t(seal.is_signed === false ? 'integrity.forgedCheckpoint' : 'integrity.tamperedHint')}</p>
      <ul>
        {seal.broken.slice(0, NAMED).map((one) => (
          <li key={one.event_id}>
            {one.seq !== null && one.instance_id === instanceId ? (
              <Link to={`?instance=${instanceId}&at=${String(one.seq)}`}>{t('integrity.event', { id: one.event_id })}</Link>
            ) : (
              t('integrity.event', { id: one.event_id })
            )}{' '}
            · {isChinese ? one.text_zh : one.text_en} · {times.zoned(one.at)} · {t(`broken.${one.kind}`)}
          </li>
        ))}
      </ul>
      {seal.broken.length > NAMED && <p>{t('integrity.more', { count: seal.broken.length - NAMED })}</p>}
    </>
  );
}
