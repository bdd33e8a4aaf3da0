/** Formats timestamps for the API. Inside the service, times are milliseconds since the epoch. */

/** Formats ISO 8601 in UTC with microseconds: `2022-04-12T22:10:12.000000Z`. */
export function timestamp(at: number): string {
  return new Date(at).toISOString().replace('Z', '000Z');
}

/** Formats like `timestamp`; returns null for null. */
export function timestampOrNull(at: number | null): string | null {
  return at === null ? null : timestamp(at);
}

/** Formats a token's `expiration`: `YYYY-MM-DD HH:mm:ss` in UTC. */
export function expiration(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
