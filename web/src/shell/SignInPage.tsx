import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate, useSearchParams } from 'react-router';
import { LanguageSwitch } from './LanguageSwitch';
import { useIdentityQuery } from './session';
import { SignInForm } from './SignInForm';
import { ThemeSwitch } from './ThemeSwitch';

/** Where everybody begins; `?next=` is the page of ours that was asked for. */
export function SignInPage() {
  const { t } = useTranslation('shell');
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const identity = useIdentityQuery().data;
  const next = placeWithin(search.get('next'));
  useEffect(() => {
    document.title = `${t('signIn.title')} · Opsflow`;
  }, [t]);
  if (identity) return <Navigate to={next} replace />;
  return (
    <main className="sign-in">
      <section className="sign-in-card">
        <p className="brand">
          Opsflow <span>{t('brand')}</span>
        </p>
        <h1>{t('signIn.title')}</h1>
        <SignInForm onSignedIn={() => void navigate(next, { replace: true })} />
      </section>
      <footer className="sign-in-footer">
        <LanguageSwitch />
        <ThemeSwitch />
      </footer>
    </main>
  );
}

/** Only addresses of our own: `//elsewhere.example` and `https:` lead out of the house. */
function placeWithin(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : '/';
}
