import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { useInLanguage } from '../../ui/inLanguage';
import { useWording } from '../../wording/useWording';
import type { Differences } from './useDifferences';

type Element = Schemas['ElementChangeView'];

/** What the line above says already of an element that came or went. */
const SAID_ABOVE = new Set(['name', 'type', 'scope']);

/** The same as the diagrams show, to be read: every element that changed, property by property, old to new. */
export function ChangeList(props: { differences: Differences; selected: string | null; onSelect: (id: string) => void }) {
  const { differences, selected, onSelect } = props;
  const { t } = useTranslation('versions');
  return (
    <div className="changes" role="region" aria-label={t('changes')}>
      <ul>
        {differences.elements.map((each) => (
          <ChangedElement
            key={each.element_id}
            element={each}
            isSelected={each.element_id === selected}
            onSelect={() => onSelect(each.element_id)}
          />
        ))}
      </ul>
      {differences.moved.length > 0 && <p>{t('alsoMoved', { count: differences.moved.length })}</p>}
      {!differences.is_whole && <p>{t('notWhole')}</p>}
    </div>
  );
}

function ChangedElement({ element, isSelected, onSelect }: { element: Element; isSelected: boolean; onSelect: () => void }) {
  const { t, i18n } = useTranslation('versions');
  const text = useInLanguage();
  const { elementKind } = useWording();
  const row = useRef<HTMLLIElement>(null);
  const isChinese = i18n.language.startsWith('zh');
  useEffect(() => {
    if (isSelected) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isSelected]);
  const told = element.properties.filter((one) => element.change === 'changed' || !SAID_ABOVE.has(one.path));
  return (
    <li ref={row} className={isSelected ? 'change is-selected' : 'change'}>
      <button type="button" aria-pressed={isSelected} onClick={onSelect}>
        <span className={`change-word is-${element.change}`}>{t(`change.${element.change}`)}</span>
        <strong>{text(element.element_name) || element.element_id}</strong>
        <small>{elementKind(element.element_type)}</small>
      </button>
      <dl>
        {told.map((one) => (
          <div key={one.path}>
            <dt>{isChinese ? one.name_zh : one.name}</dt>
            <dd>
              {one.old !== null && <del>{one.old}</del>}
              {one.old !== null && one.new !== null && <span aria-hidden> → </span>}
              {one.new !== null && <ins>{one.new}</ins>}
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
