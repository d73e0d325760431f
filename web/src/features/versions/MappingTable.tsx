import { Select, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useInLanguage } from '../../ui/inLanguage';
import { type MappedElement, type Mapping, usePlan } from './useMigration';

interface Props {
  plan: readonly MappedElement[];
  targetId: string;
  chosen: Mapping;
  onChoose: (sourceId: string, targetId: string) => void;
}

/** Which element takes over which. Only those that ask for a decision can be changed. */
export function MappingTable({ plan, targetId, chosen, onChoose }: Props) {
  const { t } = useTranslation('versions');
  const text = useInLanguage();
  const targets = usePlan(targetId, targetId);
  const asking = plan.filter((each) => each.problem !== null || each.target_id !== each.source_id);
  const same = plan.length - asking.length;
  const label = (each: MappedElement) => text(each.element_name) || each.source_id;
  return (
    <section className="mapping" aria-labelledby="mapping">
      <h2 id="mapping">{t('mapping')}</h2>
      <p>{t('mappedSame', { count: same })}</p>
      {asking.length > 0 && (
        <ul>
          {asking.map((each) => (
            <li key={each.source_id}>
              <span>
                <strong>{label(each)}</strong> <small>{each.source_id}</small>
                {each.problem !== null && chosen[each.source_id] === undefined && (
                  <Tag color="warning">{t(`mappingProblem.${each.problem}`)}</Tag>
                )}
              </span>
              <span aria-hidden>→</span>
              <Select
                aria-label={t('takenOverBy', { element: label(each) })}
                allowClear={false}
                showSearch={{ optionFilterProp: 'label' }}
                placeholder={t('nobody')}
                value={chosen[each.source_id] ?? each.target_id ?? undefined}
                onChange={(id) => onChoose(each.source_id, id)}
                options={(targets.data?.items ?? [])
                  .filter((one) => one.element_type === each.element_type)
                  .map((one) => ({ value: one.source_id, label: `${label(one)} (${one.source_id})` }))}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
