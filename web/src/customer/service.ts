import createClient from 'openapi-fetch';
import type { components, paths } from '../api/schema';
import { upload } from '../api/upload';

export type TrackedCase = components['schemas']['TrackedCaseView'];
export type Asked = components['schemas']['AskedView'];
export type TrackedFile = components['schemas']['TrackedFileView'];
export type PrivacyNotice = components['schemas']['PrivacyNoticeView'];

/** Without cookies: a customer is a customer, even in a browser in which somebody of the house is signed in. */
export const service = createClient<paths>({ baseUrl: '/', credentials: 'omit' });

/** Send a file by a customer's link; `tell` hears how much of it has left, from 0 to 1. */
export function sendFile(token: string, file: File, language: string, tell: (done: number) => void): Promise<void> {
  return upload(`/api/tracking/${encodeURIComponent(token)}/attachments`, file, { 'Accept-Language': language }, tell);
}
