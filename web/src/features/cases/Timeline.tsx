import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '../../api/client';
import { answered } from '../../api/problems';
import { Blank } from '../../ui/Blank';
import { useNames } from '../../ui/names';
import { PagedList } from '../../ui/PagedList';
import { useTimes } from '../../ui/times';
import { usePages } from '../../ui/usePages';
import './cases.css';

const PAGE = 100;

/** What happened in a case, in order. */
export default function Timeline({ caseNumber }: { caseNumber: string }) {
  const { t } = useTranslation('cases');
  const pages = usePages(['cases', caseNumber, 'timeline'], (cursor) =>
    answered(
      api.GET('/api/cases/{number}/timeline', {
        params: { path: { number: caseNumber }, query: { limit: PAGE, cursor } },
      }),
    ),
  );
  return (
    <PagedList pages={pages} blank={<Blank title={t('timeline.none')} />}>
      {(items) => <Happenings items={items} />}
    </PagedList>
  );
}

function Happenings({ items }: { items: readonly Schemas['TimelineItemView'][] }) {
  const { t, i18n } = useTranslation('cases');
  const times = useTimes();
  const nameOf = useNames(items.map((item) => item.actor));
  const isChinese = i18n.language.startsWith('zh');
  return (
    <ol className="case-timeline" aria-label={t('tab.timeline')}>
      {items.map((item) => (
        <li key={item.id}>
          <time dateTime={item.at} title={times.zoned(item.at)}>
            {times.on(item.at)}
          </time>
          <div>
            {isChinese ? item.text_zh : item.text_en}
            <small>
              {nameOf(item.actor)}
              {item.reason && ` · ${item.reason}`}
            </small>
          </div>
        </li>
      ))}
    </ol>
  );
}
