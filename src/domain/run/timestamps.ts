/** Timestamps as the API writes them. Inside the service times are milliseconds since the epoch. */

/** ISO 8601 in UTC with microseconds: `2022-04-12T22:10:12.000000Z`. */
export function timestamp(at: number): string {
  return new Date(at).toISOString().replace('Z', '000Z');
}

/** As `timestamp`, null for null. */
export function timestampOrNull(at: number | null): string | null {
  return at === null ? null : timestamp(at);
}

/** A token's `expiration`: `YYYY-MM-DD HH:mm:ss` in UTC. */
export function expiration(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
