import type { PostResult } from '../platform/outbound/post';
import { sealAnswer } from '../store/runs/sealed-content';

/** Returns true when a receiver answered 2xx. */
export function isSuccess(posted: PostResult): boolean {
  return posted.kind === 'answered' && posted.status >= 200 && posted.status < 300;
}

/** Returns the failure of an attempt as a stable code; null if it succeeded. */
export function faultOf(posted: PostResult): string | null {
  if (posted.kind === 'failed') return posted.failure;
  if (isSuccess(posted)) return null;
  if (posted.status === 410) return 'gone';
  return posted.status >= 300 && posted.status < 400 ? 'redirect' : 'bad_status';
}

/**
 * Returns the part of a response that is stored. A run's response is sealed under its key, because a receiver may echo
 * the request. Null if the key was destroyed. `source`: null for a test event.
 */
export function describeResponse(
  source: { key: Buffer | null } | null,
  { _id }: { _id: string },
  posted: PostResult,
): Buffer | null {
  if (posted.kind === 'failed') return null;
  if (source === null) return posted.excerpt;
  return source.key === null ? null : sealAnswer(source.key, _id, posted.excerpt);
}
