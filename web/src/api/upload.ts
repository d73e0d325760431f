import { Problem } from './problems';

/**
 * Send a file by XMLHttpRequest, which alone tells how far it is; a refusal is thrown as a `Problem`.
 *
 * @param tell hears how much of it has left, from 0 to 1.
 */
export function upload(
  address: string,
  file: File,
  headers: Readonly<Record<string, string>>,
  tell: (done: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) tell(event.loaded / event.total);
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
