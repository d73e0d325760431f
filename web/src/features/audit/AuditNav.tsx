import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { has, useIdentity } from '../../shell/session';
import './lists.css';

const PLACES = [
  { to: '/audit', key: 'find' },
  { to: '/audit/samples', key: 'samples' },
  { to: '/audit/exports', key: 'exports' },
  { to: '/audit/journal', key: 'journal' },
  { to: '/audit/backtests', key: 'backtests' },
];

/** What auditors have, one page each. */
export function AuditNav() {
  const { t } = useTranslation('audit');
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    nav.current?.querySelector('[aria-current=page]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }); // on a phone
  }, []);
  if (!has(useIdentity(), 'audit')) return null; // whoever draws reads back-tests, and nothing else here
  return (
    <nav ref={nav} className="audit-nav" aria-label={t('nav.label')}>
      {PLACES.map(({ to, key }) => (
        <NavLink key={key} to={to} end={key === 'find'}>
          {t(`nav.${key}`)}
        </NavLink>
      ))}
    </nav>
  );
}
