import { Skeleton } from 'antd';
import { type KeyboardEvent, type ReactNode, Suspense, useId, useRef, useState } from 'react';
import './sections.css';

export interface Section {
  key: string;
  label: string;
  children: ReactNode;
}

interface Props {
  sections: readonly Section[];
  active: string;
  label: string;
  onChange: (key: string) => void;
}

/** Tabs that scroll where there is no room; what was opened stays as it was left. */
export function Sections({ sections, active, label, onChange }: Props) {
  const id = useId();
  const bar = useRef<HTMLDivElement>(null);
  const current = sections.some((one) => one.key === active) ? active : sections[0]?.key;
  const [opened, setOpened] = useState<ReadonlySet<string | undefined>>(new Set([current]));
  if (!opened.has(current)) setOpened(new Set([...opened, current]));
  const move = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = sections[sections.findIndex((one) => one.key === current) + by];
    if (by === 0 || !next) return;
    event.preventDefault();
    onChange(next.key);
    bar.current?.querySelector<HTMLElement>(`[data-key='${next.key}']`)?.focus();
  };
  return (
    <>
      <div ref={bar} className="sections" role="tablist" aria-label={label} tabIndex={-1} onKeyDown={move}>
        {sections.map((one) => (
          <button
            key={one.key}
            id={`${id}-${one.key}`}
            type="button"
            role="tab"
            data-key={one.key}
            aria-selected={one.key === current}
            aria-controls={opened.has(one.key) ? `${id}-${one.key}-panel` : undefined}
            tabIndex={one.key === current ? 0 : -1}
            onClick={() => onChange(one.key)}
          >
            {one.label}
          </button>
        ))}
      </div>
      {sections
        .filter((one) => opened.has(one.key))
        .map((one) => (
          <div
            key={one.key}
            id={`${id}-${one.key}-panel`}
            role="tabpanel"
            aria-labelledby={`${id}-${one.key}`}
            hidden={one.key !== current}
          >
            <Suspense fallback={<Skeleton active />}>{one.children}</Suspense>
          </div>
        ))}
    </>
  );
}
