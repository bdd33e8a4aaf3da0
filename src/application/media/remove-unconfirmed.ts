import type { Ports } from '../ports';

/**
 * One hour longer than the lifetime of an `Idempotency-Key`: until then a repetition may confirm the file. In
 * milliseconds.
 */
const UNCONFIRMED_MS = 25 * 60 * 60_000;

/**
 * Removes files that no run accepted, for example because a process died before. Returns their number. Safe in several
 * processes at once.
 */
export function removeUnconfirmed(
  { media, runs }: Pick<Ports, 'media' | 'runs'>,
  now = Date.now(),
): Promise<number> {
  return media.sweep(new Date(now - UNCONFIRMED_MS), async (place) => {
    const run = await runs.find(place, place.run_uuid);
    return run?.view.steps.flatMap((step) => step.media ?? []) ?? [];
  });
}
