import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';

const AROUND = 8;

export interface WindowedListHandle {
  /** Bring the row into view and put the focus on it. */
  focus: (index: number) => void;
  toTop: () => void;
}

interface Props<T> {
  items: readonly T[];
  rowHeight: number;
  label: string;
  keyOf: (item: T) => string;
  onEnd: () => void;
  render: (item: T, index: number) => ReactNode;
  footer?: ReactNode;
  ref?: Ref<WindowedListHandle>;
}

/** A list of rows of one height of which only those in view exist, however many there are; scrolled by the browser. */
export function WindowedList<T>({ items, rowHeight, label, keyOf, onEnd, render, footer, ref }: Props<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, []);
  const first = Math.max(0, Math.floor(view.top / rowHeight) - AROUND);
  const last = Math.min(items.length, Math.ceil((view.top + view.height) / rowHeight) + AROUND);
  const isAtEnd = last >= items.length;
  useEffect(() => {
    if (isAtEnd) onEnd();
  }, [isAtEnd, items.length, onEnd]);
  useImperativeHandle(ref, () => ({
    focus: (index) => {
      const element = scroller.current;
      if (!element) return;
      const top = index * rowHeight;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + rowHeight > element.scrollTop + element.clientHeight)
        element.scrollTop = top + rowHeight - element.clientHeight;
      requestAnimationFrame(() => element.querySelector<HTMLElement>(`[data-row='${String(index)}'] a`)?.focus());
    },
    toTop: () => scroller.current?.scrollTo({ top: 0 }),
  }));
  return (
    <div className="windowed" ref={scroller}>
      <ul aria-label={label} style={{ height: items.length * rowHeight }}>
        {items.slice(first, last).map((item, offset) => (
          <li
            key={keyOf(item)}
            data-row={first + offset}
            aria-setsize={items.length}
            aria-posinset={first + offset + 1}
            style={{ height: rowHeight, transform: `translateY(${String((first + offset) * rowHeight)}px)` }}
          >
            {render(item, first + offset)}
          </li>
        ))}
      </ul>
      {footer}
    </div>
  );
}
