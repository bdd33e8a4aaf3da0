/** Parses the delay that a provider asks for. */

/** Parses a `Retry-After` header (RFC 9110, 10.2.3) to seconds; null if missing or invalid. */
export function parseRetryAfter(headers: Readonly<Record<string, unknown>>): number | null {
  const said = headers['retry-after'];
  if (typeof said !== 'string') return null;
  const seconds = /^\d{1,6}$/.test(said) ? Number(said) : (Date.parse(said) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null;
}
