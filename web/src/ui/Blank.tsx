import { Empty } from 'antd';
import type { ReactNode } from 'react';

/** A page or list with nothing in it: what that means, and what to do next. */
export function Blank({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <Empty
      className="blank"
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <>
          <strong>{title}</strong>
          {children !== undefined && <p>{children}</p>}
        </>
      }
    >
      {action}
    </Empty>
  );
}
