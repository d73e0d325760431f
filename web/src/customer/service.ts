import createClient from 'openapi-fetch';
import type { components, paths } from '../api/schema';
import { Problem } from '../api/problems';

export type TrackedCase = components['schemas']['TrackedCaseView'];
export type Asked = components['schemas']['AskedView'];
export type TrackedFile = components['schemas']['TrackedFileView'];
export type PrivacyNotice = components['schemas']['PrivacyNoticeView'];

/** Without cookies: a customer is a customer, even in a browser in which somebody of the house is signed in. */
export const service = createClient<paths>({ baseUrl: '/', credentials: 'omit' });

/**
 * Send a file by a customer's link.
 *
 * @param onProgress hears how much of it has left, from 0 to 1; `fetch` cannot tell that.
 */
export function sendFile(token: string, file: File, language: string, onProgress: (done: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/tracking/${encodeURIComponent(token)}/attachments`);
    request.setRequestHeader('Accept-Language', language);
    request.upload.onprogress = (event) => {
      onProgress(event.lengthComputable ? event.loaded / event.total : 0);
    };
    request.onerror = () => {
      reject(new Problem(0, null));
    };
    request.onload = () => {
      if (request.status < 300) resolve();
      else reject(new Problem(request.status, parsed(request.responseText)));
    };
    const body = new FormData();
    body.append('file', file);
    request.send(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
