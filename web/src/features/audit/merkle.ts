/** RFC 6962 §2.1 in the reader's own browser, so that what the service says of itself need not be believed. */

const LEAF = 0;
const NODE = 1;

/** What an inclusion proof says: this text is leaf `index` of the tree of `size` leaves with this root. */
export interface Inclusion {
  text: string;
  index: number;
  size: number;
  proof: readonly string[];
  root: string;
}

/** Whether this page may hash: browsers let pages do so over TLS, and on the machine itself. */
export function canHash(): boolean {
  return isSecureContext;
}

/** Whether the proof holds (RFC 9162 §2.1.3.2). */
export async function proves({ text, index, size, proof, root }: Inclusion): Promise<boolean> {
  if (index >= size) return false;
  let [place, last] = [index, size - 1];
  let hash = await digest(LEAF, new TextEncoder().encode(text));
  for (const each of proof.map(bytesOf)) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = await digest(NODE, each, hash);
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      hash = await digest(NODE, hash, each);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && base64Of(hash) === root;
}

/**
 * Whether a checkpoint's note says this size and root, and whether this key (`origin+hash+base64`) signed it; `null`
 * where the browser knows no Ed25519.
 */
export async function signs(key: string, note: string, size: number, root: string): Promise<boolean | null> {
  const origin = key.slice(0, key.indexOf('+'));
  const end = note.indexOf('\n\n') + 1;
  const body = note.slice(0, end);
  const [name, said, stated] = body.split('\n');
  if (name !== origin || said !== String(size) || stated !== root) return false;
  const line = note.slice(end).split('\n').find((each) => each.startsWith(`— ${name ?? ''} `));
  if (line === undefined) return false;
  const signature = bytesOf(line.slice(line.lastIndexOf(' ') + 1)).slice(4);
  const raw = bytesOf(key.slice(keyStart(key))).slice(1);
  try {
    const verifier = await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', verifier, signature, new TextEncoder().encode(body));
  } catch {
    return null; // a browser that does not know it
  }
}

/** `origin+hash+base64`: the base64 may hold a `+` of its own, the first two are the separators. */
function keyStart(key: string): number {
  return key.indexOf('+', key.indexOf('+') + 1) + 1;
}

function half(value: number): number {
  return Math.floor(value / 2);
}

async function digest(kind: number, ...parts: Uint8Array[]): Promise<Uint8Array> {
  const all = new Uint8Array([kind, ...parts.flatMap((part) => [...part])]);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', all));
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function base64Of(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
