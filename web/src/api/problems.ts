/** One wrong field of a request: where (`/customer/phone`), and what is wrong in the reader's language. */
export interface FieldError {
  pointer: string;
  message: string;
}

/** An RFC 9457 problem document. `title` is in the reader's language; `members` are the facts this type adds. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string | null;
  readonly errors: readonly FieldError[];
  readonly requestId: string | null;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(status: number, body: unknown) {
    const members = isRecord(body) ? body : {};
    const title = text(members.title) ?? '';
    super(title);
    this.name = 'Problem';
    this.status = status;
    this.code = (text(members.type) ?? '').replace('/problems/', '');
    this.title = title;
    this.detail = text(members.detail);
    this.requestId = text(members.request_id);
    this.errors = fieldErrors(members.errors);
    this.members = members;
  }
}

/** The answer's data, or a thrown `Problem`; a service that cannot be reached is a problem of status 0. */
export async function answered<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer;
  try {
    answer = await asked;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, null);
  }
  if (!answer.response.ok) throw new Problem(answer.response.status, answer.error);
  return answer.data as T;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function fieldErrors(value: unknown): FieldError[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown) => {
    if (!isRecord(one)) return [];
    const pointer = text(one.pointer);
    const message = text(one.message);
    return pointer === null || message === null ? [] : [{ pointer, message }];
  });
}
