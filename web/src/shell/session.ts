import { QueryClient, MutationCache, QueryCache, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { api, isSignedInHere, type Schemas } from '../api/client';
import { answered, Problem } from '../api/problems';

export type Identity = Schemas['IdentityView'];

const IDENTITY = ['session'];
const MOST_RETRIES = 2;
const UNAUTHORIZED = 401;
let isLost = false;
const listeners = new Set<() => void>();

/** One client for the application. A 401 after signing in means that the session ended: see `useIsSessionLost`. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeLostSession }),
  mutationCache: new MutationCache({ onError: noticeLostSession }),
  defaultOptions: {
    // `always`: what cannot be sent fails and is told; by default it would wait for the network without a word
    queries: { networkMode: 'always', staleTime: 10_000, retry: (count, error) => count < MOST_RETRIES && mayPass(error) },
    mutations: { networkMode: 'always', retry: false },
  },
});

/** Who is signed in; `null` when nobody is, `undefined` until that is known. */
export function useIdentityQuery() {
  return useQuery({ queryKey: IDENTITY, queryFn: readIdentity, staleTime: 60_000 });
}

/** Who is signed in, on pages that only they can see. */
export function useIdentity(): Identity {
  const identity = useIdentityQuery().data;
  if (!identity) throw new Error('useIdentity outside of a page that needs a session');
  return identity;
}

/** Whether a person may use what this permission of `engine.access` is for. */
export function has(identity: Identity, ...anyOf: string[]): boolean {
  return anyOf.some((permission) => identity.permissions.includes(permission));
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['Credentials']) => answered(api.POST('/api/sessions', { body })),
    onSuccess: async () => {
      const before = client.getQueryData<Identity | null>(IDENTITY);
      const now = await client.fetchQuery({ queryKey: IDENTITY, queryFn: readIdentity, staleTime: 0 });
      if (before && now && before.person_id !== now.person_id) location.assign('/');
      setLost(false);
      await client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== IDENTITY[0] });
    },
  });
}

export function useSignOut() {
  return useMutation({
    mutationFn: () => answered(api.DELETE('/api/sessions/current')),
    onSettled: () => {
      location.assign('/sign-in'); // a new page: nothing of this person stays in memory
    },
  });
}

/** Whether somebody was signed in here and no longer is: sign in again without leaving the page. */
export function useIsSessionLost(): boolean {
  return useSyncExternalStore(listen, () => isLost);
}

async function readIdentity(): Promise<Identity | null> {
  if (!isSignedInHere() && !queryClient.getQueryData<Identity | null>(IDENTITY)) return null;
  try {
    return await answered(api.GET('/api/sessions/current'));
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== UNAUTHORIZED) throw error;
    const before = queryClient.getQueryData<Identity | null>(IDENTITY);
    if (!before) return null;
    setLost(true);
    return before;
  }
}

function noticeLostSession(error: Error): void {
  const isOurs = error instanceof Problem && error.status === UNAUTHORIZED;
  if (isOurs && queryClient.getQueryData<Identity | null>(IDENTITY)) setLost(true);
}

function mayPass(error: Error): boolean {
  return error instanceof Problem && (error.status === 0 || error.status === 503);
}

function setLost(value: boolean): void {
  isLost = value;
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
