import type { Posted } from '../outbound/post';

/** Returns true when a receiver answered 2xx. */
export function isSuccess(posted: Posted): boolean {
  return posted.kind === 'answered' && posted.status >= 200 && posted.status < 300;
}

/** Returns why a try failed as a stable code, null when it succeeded. */
export function faultOf(posted: Posted): string | null {
  if (posted.kind === 'failed') return posted.failure;
  if (isSuccess(posted)) return null;
  if (posted.status === 410) return 'gone';
  return posted.status >= 300 && posted.status < 400 ? 'redirect' : 'bad_status';
}
