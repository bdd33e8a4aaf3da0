/** When a provider wants to be asked again. */

/** The seconds of a `Retry-After` header (RFC 9110, 10.2.3), null where there is none that makes sense. */
export function parseRetryAfter(headers: Readonly<Record<string, unknown>>): number | null {
  const said = headers['retry-after'];
  if (typeof said !== 'string') return null;
  const seconds = /^\d{1,6}$/.test(said) ? Number(said) : (Date.parse(said) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null;
}
