import { Problem } from '../api/problems';
import type { Speaker } from './texts';

const TOO_MANY_REQUESTS = 429;

/** What a customer is told of a problem that names no field. */
export function wordsOf(error: unknown, { t }: Speaker): string {
  if (!(error instanceof Problem) || error.status === 0 || error.status >= 500) return t('errors.offline');
  return error.status === TOO_MANY_REQUESTS ? t('errors.busy') : error.title;
}

/** The service's messages by the name of the field they are about: `/customer/phone` and `/phone` are `phone`. */
export function fieldErrorsOf(error: unknown): Record<string, string> {
  if (!(error instanceof Problem)) return {};
  return Object.fromEntries(error.errors.map(({ pointer, message }) => [pointer.split('/').pop() ?? '', message]));
}
