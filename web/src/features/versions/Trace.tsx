import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useInLanguage } from '../../ui/inLanguage';
import type { SandboxMove } from './useSandbox';
import { When } from './When';

type Event = SandboxMove['events'][number];

const MOST_SHOWN = 60;

/** What happened, the latest step first; in each, what followed from what was done. */
export function Trace(props: { steps: readonly SandboxMove[]; hasMore: boolean; onMore: () => void }) {
  const { t } = useTranslation('versions');
  return (
    <div className="trace">
      <ol>
        {props.steps.map((step) => (
          <li key={step.number}>
            <h3>
              {step.number}. {t(`step.${step.kind}`)} <When at={step.moment} />
            </h3>
            <ul>
              {step.events.slice(0, MOST_SHOWN).map((event, place) => (
                <Happening key={place} event={event} />
              ))}
            </ul>
            {step.events.length > MOST_SHOWN && <p>{t('moreEvents', { count: step.events.length - MOST_SHOWN })}</p>}
          </li>
        ))}
      </ol>
      {props.hasMore && <Button onClick={props.onMore}>{t('earlier')}</Button>}
    </div>
  );
}

function Happening({ event }: { event: Event }) {
  const { t } = useTranslation('versions');
  const text = useInLanguage();
  const detail = event.detail;
  const what = text(event.element_name) || event.element_id || nameOf(detail);
  return (
    <li>
      <span className={`happening is-${event.type.split('.')[1] ?? ''}`}>{t(`event.${event.type.replace('.', '_')}`)}</span>{' '}
      <span>{what}</span> <small>{told(event)}</small>
    </li>
  );
}

function nameOf(detail: Event['detail']): string {
  return typeof detail.name === 'string' ? detail.name : '';
}

/** The facts worth a line: old → new, inputs → outputs, a decision's result, an error's message. */
function told({ type, detail, element_id }: Event): string {
  const json = (value: unknown) => JSON.stringify(value) ?? '';
  switch (type) {
    case 'variable.changed':
      return `${json(detail.old)} → ${json(detail.new)}`;
    case 'handler.completed':
      return `${nameOf(detail)} ${json(detail.inputs)} → ${json(detail.outputs)}`;
    case 'function.called':
      return `${nameOf(detail)} ${json(detail.arguments)} → ${json(detail.value)}`;
    case 'decision.evaluated':
      return `${typeof detail.key === 'string' ? detail.key : ''} → ${json(detail.result)}`;
    case 'element.activated':
      return typeof detail.due_at === 'string' ? new Date(detail.due_at).toLocaleString() : '';
    default:
      return typeof detail.message === 'string' ? detail.message : element_id ? nameOf(detail) : '';
  }
}
