import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { Fact } from '../../ui/Fact';
import { useNames } from '../../ui/names';
import { ScrolledTable } from '../../ui/ScrolledTable';
import { useTimes } from '../../ui/times';
import { useWording } from '../../wording/useWording';

type Detail = Schemas['CaseDetailView'];
const PROMISE_COLUMNS = ['promise', 'due', 'state'];
const WORDS = ['subject', 'description', 'result'] as const;

/** What a case is about, and what was promised of it. */
export function CaseOverview({ detail }: { detail: Detail }) {
  const { t } = useTranslation('cases');
  const times = useTimes();
  const nameOf = useNames([detail.lead_assignee]);
  const facts: [string, React.ReactNode][] = [
    ['customer', <Customer key="customer" detail={detail} />],
    ['channel', t(`channel.${detail.channel}`)],
    ['received', times.zoned(detail.received_at)],
    ['lead', nameOf(detail.lead_assignee)],
    ['department', detail.lead_department],
    ['outcome', detail.outcome && t(`outcome.${detail.outcome}`)],
    ['rework', detail.rework_count > 0 ? String(detail.rework_count) : null],
    ['closed', times.zoned(detail.closed_at)],
  ];
  const words = WORDS.filter((name) => detail.texts?.[name]);
  return (
    <div className="case-overview">
      <dl className="case-facts">
        {facts
          .filter(([, said]) => said)
          .map(([name, said]) => (
            <Fact key={name} name={t(`fact.${name}`)}>
              {said}
            </Fact>
          ))}
      </dl>
      {words.map((name) => (
        <section key={name} className="case-words">
          <h2>{t(`words.${name}`)}</h2>
          <p>{String(detail.texts?.[name])}</p>
        </section>
      ))}
      <Promises detail={detail} />
      {detail.escalations.length > 0 && <Escalations detail={detail} />}
    </div>
  );
}

function Customer({ detail }: { detail: Detail }) {
  const { t } = useTranslation('cases');
  const { name, phone, email } = detail.customer.contact;
  const isHidden = !name && !phone && !email;
  return (
    <>
      {name ?? t(isHidden ? 'hidden' : 'customer.unnamed')} {phone} {email} {detail.customer.is_key_customer && <b>{t('customer.key')}</b>}{' '}
      <Link to={`/tasks?scope=candidate&customer_id=${detail.customer.id}`}>{t('customer.tasks')}</Link>
    </>
  );
}

function Promises({ detail }: { detail: Detail }) {
  const { t } = useTranslation('cases');
  const times = useTimes();
  const { commitment } = useWording();
  return (
    <section>
      <h2>{t('promises.title')}</h2>
      {detail.deadlines.length === 0 ? (
        <p className="muted">{t('promises.none')}</p>
      ) : (
        <ScrolledTable className="case-table" label={t('promises.title')} columns={PROMISE_COLUMNS.map((name) => t(`promises.${name}`))}>
          {detail.deadlines.map((one) => (
            <tr key={`${one.commitment} ${one.object} ${one.started_at}`}>
              <td>
                {commitment(one.commitment)} {one.object && <small className="muted">{one.object}</small>}
              </td>
              <td>
                {times.zoned(one.due_at)}
                {one.extension_count > 0 && <small className="muted"> {t('promises.extended', { count: one.extension_count })}</small>}
              </td>
              <td className={`promise-${one.state}`}>
                <span aria-hidden>{SIGNS[one.state]}</span> {t(`promiseState.${one.state}`)}
              </td>
            </tr>
          ))}
        </ScrolledTable>
      )}
    </section>
  );
}

const SIGNS: Record<string, string> = { running: '◷', paused: '‖', met: '✓', breached: '!', cancelled: '–' };

function Escalations({ detail }: { detail: Detail }) {
  const { t } = useTranslation('cases');
  const { trigger } = useWording();
  const times = useTimes();
  return (
    <section>
      <h2>{t('escalations.title')}</h2>
      <ul className="case-escalations">
        {detail.escalations.map((one) => (
          <li key={one.id}>
            <b>{t('escalations.level', { level: one.level })}</b> {trigger(one.trigger)} ·{' '}
            {t(`escalationState.${one.state}`)} · {times.on(one.opened_at)}
            {one.cause && <p>{one.cause}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
