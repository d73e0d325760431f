import { lazy, Suspense, useEffect } from 'react';
import type { ActionDialogProps, ActionKind } from './ActionDialog';

const load = () => import('./ActionDialog');
const ActionDialog = lazy(load);

/** The dialog of what was asked for, fetched once it can be asked for: the list comes without it, an outage not in between. */
export function AskedAction({ kind, ...props }: Omit<ActionDialogProps, 'kind'> & { kind: ActionKind | null }) {
  useEffect(() => {
    load().catch(() => undefined); // is tried again when it is asked for
  }, []);
  return <Suspense fallback={null}>{kind && <ActionDialog kind={kind} {...props} />}</Suspense>;
}
