import createClient, { type Middleware } from 'openapi-fetch';
import { isUnattended } from './attendance';
import type { components, paths } from './schema';

/** The shapes of the OpenAPI document, by the names it gives them. */
export type Schemas = components['schemas'];

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const CSRF_COOKIE = /(?:^|;\s*)opsflow_csrf=([^;]*)/;
let language = 'zh-CN';

/** The language that titles and messages of answers come in. */
export function setApiLanguage(tag: string): void {
  language = tag;
}

/** Whether this browser holds a session, which may have ended: the cookie beside it that scripts may read says so. */
export function isSignedInHere(): boolean {
  return CSRF_COOKIE.test(document.cookie);
}

/**
 * The headers every request of ours carries; by hand only for the few that go past the typed client (uploads, streams).
 * The session's token is read from its cookie each time: another tab may have signed in anew.
 */
export function requestHeaders(method: string): Record<string, string> {
  const headers: Record<string, string> = { 'Accept-Language': language };
  const token = CSRF_COOKIE.exec(document.cookie)?.[1];
  if (isUnattended()) headers['X-Unattended'] = '1';
  if (token !== undefined && !SAFE.has(method)) headers['X-CSRF-Token'] = token;
  return headers;
}

const identifying: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(requestHeaders(request.method))) request.headers.set(name, value);
    return request;
  },
};

const JSON_TYPE = 'application/json';
const underway = new Map<string, Promise<Response>>();

/**
 * Pressing twice is asking once: a POST like one that is still on its way gets the answer of that one. A button learns a
 * moment after the first press that it is busy; other methods may be repeated, and must leave before a page that closes.
 */
async function fetchOnce(request: Request): Promise<Response> {
  const type = request.headers.get('Content-Type') ?? JSON_TYPE; // none comes with no body
  if (request.method !== 'POST' || type !== JSON_TYPE) return fetch(request);
  const asked = [request.url, request.headers.get('Idempotency-Key'), await request.clone().text()].join('\n');
  let answer = underway.get(asked);
  if (!answer) {
    answer = fetch(request).finally(() => underway.delete(asked));
    underway.set(asked, answer);
  }
  return (await answer).clone();
}

/** The service, typed by its own document. Answers are `{ data, error, response }`; see `answered`. */
export const api = createClient<paths>({ baseUrl: '/', fetch: fetchOnce });
api.use(identifying);
