import type { Ports } from '../ports';

/** An hour longer than an `Idempotency-Key` lives: until then a repetition may confirm the file. In milliseconds. */
const UNCONFIRMED_MS = 25 * 60 * 60_000;

/**
 * Removes files that no run accepted, for instance since a process died in between. Returns how many. Safe in several
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
