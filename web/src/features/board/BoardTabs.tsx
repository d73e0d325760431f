import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';

const TABS = [
  { name: 'now', to: '/board' },
  { name: 'heat', to: '/board/heat' },
  { name: 'figures', to: '/board/figures' },
] as const;

/** What is now, where the time went, and how well it was done. */
export function BoardTabs() {
  const { t } = useTranslation('board');
  return (
    <nav className="board-tabs" aria-label={t('tabs')}>
      {TABS.map(({ name, to }) => (
        <NavLink key={name} to={to} end>
          {t(`tab.${name}`)}
        </NavLink>
      ))}
    </nav>
  );
}
