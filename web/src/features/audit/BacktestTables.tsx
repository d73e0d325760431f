import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ScrolledTable } from '../../ui/ScrolledTable';
import type { Behind, Report } from './useBacktest';
import { shown } from './values';

interface Props {
  report: Report;
  onBehind: (behind: Behind) => void;
}

/** Decisions that came out otherwise: what became what, and how often. */
export function ChangedDecisions({ report, onBehind }: Props) {
  const { t } = useTranslation('audit');
  if (report.decisions.length === 0) return null;
  return (
    <Table title={t('backtest.decisions')} columns={['decision', 'before', 'after', 'times', 'cases']}>
      {report.decisions.map((one) => (
        <tr key={`${one.element_id} ${one.key} ${shown(one.before)} ${shown(one.after)}`}>
          <td>{one.key}</td>
          <td>
            <code>{shown(one.before)}</code>
          </td>
          <td>
            <code>{shown(one.after)}</code>
          </td>
          <td>{one.times}</td>
          <td>
            <Figure value={one.cases} name={one.key} onOpen={() => onBehind({ decision: one.key })} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** Promises that fall due at another moment, with what is broken more and less. */
export function MovedPromises({ report, onBehind }: Props) {
  const { t } = useTranslation('audit');
  if (report.deadlines.length === 0) return null;
  return (
    <Table title={t('backtest.deadlines')} columns={['deadline', 'gained', 'lost', 'times', 'cases']}>
      {report.deadlines.map((one) => (
        <tr key={one.element_id}>
          <td>{one.element_id}</td>
          <td>{one.breaches_gained}</td>
          <td>{one.breaches_lost}</td>
          <td>{one.times}</td>
          <td>
            <Figure value={one.cases} name={one.element_id} onOpen={() => onBehind({ deadline: one.element_id })} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Figure({ value, name, onOpen }: { value: number; name: string; onOpen: () => void }) {
  const { t } = useTranslation('audit');
  return (
    <Button size="small" aria-label={t('backtest.show', { count: value, name })} onClick={onOpen}>
      {value}
    </Button>
  );
}

function Table({ title, columns, children }: { title: string; columns: readonly string[]; children: ReactNode }) {
  const { t } = useTranslation('audit');
  return (
    <section className="backtest-part" aria-label={title}>
      <h2>{title}</h2>
      <ScrolledTable label={title} columns={columns.map((name) => t(`column.${name}`))}>
        {children}
      </ScrolledTable>
    </section>
  );
}
