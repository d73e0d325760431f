import type { ReactNode } from 'react';
import { PagedList } from '../../ui/PagedList';
import type { Pages } from '../../ui/usePages';

interface Props<T> {
  title: string;
  hint?: string;
  actions?: ReactNode;
  pages: Pages<T>;
  /** What is said of a list with nothing in it. */
  blank: ReactNode;
  children: (items: T[]) => ReactNode;
}

/** A list below the numbers: heading, what can be done with it, its pages so far and the next one. */
export function Section<T>({ title, hint, actions, pages, blank, children }: Props<T>) {
  return (
    <section className="board-list" aria-label={title}>
      <header>
        <div>
          <h2>{title}</h2>
          {hint !== undefined && <p>{hint}</p>}
        </div>
        {actions}
      </header>
      <PagedList pages={pages} blank={blank}>
        {children}
      </PagedList>
    </section>
  );
}
