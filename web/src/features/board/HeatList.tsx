import { Button, Table, type TableColumnType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { has, useIdentity } from '../../shell/session';
import { useInLanguage } from '../../ui/inLanguage';
import { useWording } from '../../wording/useWording';
import { type ElementHeat, levelOf, type Measure, valueOf } from './heat';

interface Props {
  elements: readonly ElementHeat[];
  measure: Measure;
  greatest: number;
  chosen: string | null;
  process: string;
  say: (seconds: number | null) => string;
  onChoose: (elementId: string) => void;
}

/** The same as on the diagram, in numbers: every element, sorted by whatever column the reader likes. */
export function HeatList({ elements, measure, greatest, chosen, process, say, onChoose }: Props) {
  const { t } = useTranslation('board');
  const text = useInLanguage();
  const { elementKind } = useWording();
  const isLink = has(useIdentity(), 'supervise', 'audit');
  const number = (name: 'visits' | 'open' | 'overdue' | 'broken', width: number): TableColumnType<ElementHeat> => ({
    title: t(`heat.${name}`),
    key: name,
    dataIndex: name,
    align: 'right',
    width,
    sorter: (a, b) => a[name] - b[name],
  });
  const span = (name: 'median_s' | 'p90_s'): TableColumnType<ElementHeat> => ({
    title: t(`heat.${name}`),
    key: name,
    align: 'right',
    width: 92,
    sorter: (a, b) => (a[name] ?? -1) - (b[name] ?? -1),
    render: (_, one) => say(one[name]),
  });
  const ordered = [...elements].sort((a, b) => (valueOf(b, measure) ?? -1) - (valueOf(a, measure) ?? -1));
  return (
    <section className="board-list heat-list" aria-label={t('heat.list')}>
      <Table<ElementHeat>
        size="small"
        rowKey="element_id"
        dataSource={ordered}
        scroll={{ x: 640 }}
        pagination={{ pageSize: 15, hideOnSinglePage: true, showSizeChanger: false }}
        rowClassName={(one) => (one.element_id === chosen ? 'is-chosen' : '')}
        columns={[
          {
            title: t('column.where'),
            key: 'where',
            render: (_, one) => {
              const level = levelOf(valueOf(one, measure), greatest);
              return (
                <Button type="text" className="heat-name" aria-pressed={one.element_id === chosen} onClick={() => onChoose(one.element_id)}>
                  <i className={`heat-sample heat-sample-${String(level)}`} aria-hidden>
                    {level}
                  </i>
                  <span className="two-lines">
                    <span>{text(one.element_name) || one.element_id}</span>
                    <small>{elementKind(one.element_type)}</small>
                  </span>
                </Button>
              );
            },
          },
          span('median_s'),
          span('p90_s'),
          number('visits', 84),
          {
            ...number('open', 84),
            render: (_, one) =>
              isLink && one.open > 0 && one.element_type === 'userTask' ? (
                <Link to={`/board?list=tasks&process=${process}&element=${one.element_id}`}>{one.open}</Link>
              ) : (
                one.open
              ),
          },
          number('overdue', 92),
          number('broken', 92),
        ]}
      />
    </section>
  );
}
