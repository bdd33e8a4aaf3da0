/** Retry policy of webhooks. Times are milliseconds of the run's clock. */

/** Undelivered webhooks are parked this long after they were due. */
export const GIVE_UP_MS = 24 * 60 * 60_000;

/** Delays after the first, second, … consecutive failure, in seconds; the last one repeats. */
const PAUSES_S = [5, 30, 120, 300, 600, 900, 1_800, 3_600] as const;
/** Random extension of delays, so that simultaneous failures don't retry simultaneously. */
const JITTER = 0.2;

interface Failed {
  /** Consecutive failures including this one. */
  failures: number;
  /** Time when the webhook was first due. */
  since: number;
  now: number;
  /** `Retry-After` of the response. */
  retry_after: string | null;
}

/**
 * Returns the delay until the next attempt; null to park the webhook. `Retry-After` can only extend the delay. The last
 * attempt is at the end of the 24 h.
 */
export function nextAttemptDelay(
  { failures, since, now, retry_after }: Failed,
  random: () => number = Math.random,
): number | null {
  const end = since + GIVE_UP_MS;
  if (now >= end) return null;
  const pause = PAUSES_S[Math.min(failures, PAUSES_S.length) - 1] ?? PAUSES_S[0];
  const jittered = pause * 1_000 * (1 + JITTER * random());
  return Math.round(Math.min(end, now + Math.max(jittered, requestedTime(retry_after, now))));
}

/** Parses `Retry-After` to milliseconds: seconds or a date (RFC 9110, 10.2.3); 0 if missing or invalid. */
function requestedTime(header: string | null, now: number): number {
  if (header === null) return 0;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
