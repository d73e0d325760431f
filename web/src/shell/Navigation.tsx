import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { features } from './feature';
import type { Identity } from './session';

/** The features this person has a use for. */
export function Navigation({ identity, onNavigate }: { identity: Identity; onNavigate?: () => void }) {
  const { t } = useTranslation('shell');
  return (
    <nav className="navigation" aria-label={t('navigation')}>
      <ul>
        {features
          .filter((feature) => feature.isFor(identity))
          .map(({ name, icon: Icon }) => (
            <li key={name}>
              <NavLink to={`/${name}`} onClick={onNavigate}>
                <Icon />
                <span>{t(`nav.${name}`)}</span>
              </NavLink>
            </li>
          ))}
      </ul>
    </nav>
  );
}
