import type { ReactNode } from 'react';
import './scrolled-table.css';

interface Props {
  /** What the table is called by who cannot see it. */
  label: string;
  /** The headings of the columns, in words; no two alike. */
  columns: readonly string[];
  className?: string;
  /** The rows. */
  children: ReactNode;
}

/** A table that scrolls within the page where it is too wide for it, by keys too. */
export function ScrolledTable({ label, columns, className = '', children }: Props) {
  return (
    <div className={`scrolled-table ${className}`} tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
