import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../../api/client';
import { answered } from '../../api/problems';
import { When } from './When';

/** What the reader is trying out of this process, to go on with it. */
export function OwnSandboxes({ definitionKey }: { definitionKey: string }) {
  const { t } = useTranslation('versions');
  const found = useQuery({ queryKey: ['sandboxes'], queryFn: () => answered(api.GET('/api/sandboxes')) });
  const own = (found.data?.items ?? []).filter((each) => each.definition_key === definitionKey);
  if (own.length === 0) return null;
  return (
    <section className="own-sandboxes" aria-labelledby="own-sandboxes">
      <h2 id="own-sandboxes">{t('sandboxes')}</h2>
      <ul>
        {own.map((each) => (
          <li key={each.id}>
            <Link to={`/studio/try/${each.id}`}>
              {t('version', { version: each.definition_version })} · <When at={each.created_at} />
            </Link>
            <span>
              {t('expires')} <When at={each.expires_at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
