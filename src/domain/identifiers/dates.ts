/** Days without a time, as `YYYY-MM-DD`. */

/** Returns a calendar day; null if it does not exist. */
export function parseDay(year: number, month: number, day: number): string | null {
  const time = new Date(Date.UTC(year, month - 1, day));
  const isReal = time.getUTCMonth() === month - 1 && time.getUTCDate() === day;
  return isReal ? time.toISOString().slice(0, 10) : null;
}

/** Returns the day in Mexico City at a time in milliseconds since the epoch. */
export function todayInMexico(at: number): string {
  return new Intl.DateTimeFormat('en-CA', {
    timeZone: 'America/Mexico_City',
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
  }).format(at);
}

/**
 * Returns the whole years from one day to a later one. In common years, a birthday on 29 February counts from 1 March.
 */
export function yearsBetween(from: string, to: string): number {
  const years = Number(to.slice(0, 4)) - Number(from.slice(0, 4));
  return to.slice(5) < from.slice(5) ? years - 1 : years;
}
