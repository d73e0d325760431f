import { CheckOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { State } from './useReplay';
import { shown } from './values';

type Decision = State['decisions'][number];
type Trace = Decision['trace'][number];

/** What a decision decided and why: every rule that was looked at, and the one that matched. */
export function DecisionTables({ decision }: { decision: Decision }) {
  const { t } = useTranslation('audit');
  const { key, version, hash } = decision.facts;
  return (
    <section className="decision" aria-label={t('decision.title', { name: shown(key) })}>
      <h3>
        {t('decision.title', { name: shown(key) })}
        <small title={shown(hash)}>
          {t('decision.version', { version: shown(version) })} · {shown(hash).slice(0, 12)}
        </small>
      </h3>
      {decision.trace.map((trace) => (
        <RuleTable key={trace.decision_id} trace={trace} />
      ))}
      {decision.trace.length === 0 && <pre>{shown(decision.facts.result ?? decision.facts.error)}</pre>}
    </section>
  );
}

function RuleTable({ trace }: { trace: Trace }) {
  const { t } = useTranslation('audit');
  const outputs = [...new Set(trace.rules.flatMap((rule) => Object.keys(rule.outputs ?? {})))];
  if (trace.rules.length === 0) {
    return (
      <p>
        {trace.name}: <code>{shown(trace.result)}</code>
      </p>
    );
  }
  return (
    // Wide tables scroll; so that keys can, it takes the focus.
    <div className="rules" tabIndex={0} role="region" aria-label={trace.name}>
      <table>
        <caption>{trace.name}</caption>
        <thead>
          <tr>
            <th scope="col">#</th>
            {trace.inputs.map((input) => (
              <th key={input.expression} scope="col">
                {input.expression}
                <small>= {shown(input.value)}</small>
              </th>
            ))}
            {outputs.map((name) => (
              <th key={name} scope="col" className="is-output">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {trace.rules.map((rule) => (
            <tr key={rule.index} className={rule.matched ? 'is-matched' : undefined}>
              <th scope="row">
                {rule.index}
                {rule.matched && <CheckOutlined aria-label={t('decision.matched')} />}
              </th>
              {rule.cells.map((cell, column) => (
                <td key={column} className={cell.matched === false ? 'is-failed' : undefined}>
                  {cell.text}
                </td>
              ))}
              {outputs.map((name) => (
                <td key={name} className="is-output">
                  {shown(rule.outputs?.[name])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {trace.rules_left_out > 0 && <p>{t('decision.leftOut', { count: trace.rules_left_out })}</p>}
    </div>
  );
}
