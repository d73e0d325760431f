import { type ReactNode, useEffect } from 'react';

/** The page's one heading, which also names the browser's tab, and what can be done with the whole page. */
export function PageHeader({ title, subtitle, actions }: { title: string; subtitle?: ReactNode; actions?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Opsflow`;
  }, [title]);
  return (
    <header className="page-header">
      <div>
        <h1 title={title}>{title}</h1>
        {subtitle !== undefined && <p>{subtitle}</p>}
      </div>
      {actions !== undefined && <div className="page-actions">{actions}</div>}
    </header>
  );
}
