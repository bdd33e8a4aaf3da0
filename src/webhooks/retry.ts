/** When a webhook is tried again, and when no more. Times are milliseconds of the run's clock. */

/** A webhook that nobody took is parked this long after it was due. */
export const GIVE_UP_MS = 24 * 60 * 60_000;

/** Pauses after the first, second, … failure in a row, in seconds; the last one stays. */
const PAUSES_S = [5, 30, 120, 300, 600, 900, 1_800, 3_600] as const;
/** Pauses are up to this much longer, so that what failed together doesn't come back together. */
const JITTER = 0.2;

interface Failed {
  /** In a row, this one included. */
  failures: number;
  /** When the webhook was due for the first time. */
  since: number;
  now: number;
  /** The answer's `Retry-After`. */
  retry_after: string | null;
}

/**
 * When to try again, null where it is to be parked. `Retry-After` makes a pause longer and never shorter; the last try
 * is at the end of the 24 h.
 */
export function nextAttemptDelay(
  { failures, since, now, retry_after }: Failed,
  random: () => number = Math.random,
): number | null {
  const end = since + GIVE_UP_MS;
  if (now >= end) return null;
  const pause = PAUSES_S[Math.min(failures, PAUSES_S.length) - 1] ?? PAUSES_S[0];
  const jittered = pause * 1_000 * (1 + JITTER * random());
  return Math.round(Math.min(end, now + Math.max(jittered, wishOf(retry_after, now))));
}

/** `Retry-After` in milliseconds: seconds or a date (RFC 9110, 10.2.3); 0 where there is none that can be read. */
function wishOf(header: string | null, now: number): number {
  if (header === null) return 0;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
