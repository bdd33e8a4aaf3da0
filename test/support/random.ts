/** Reproducible random numbers: Mulberry32 with a seed. */
import { randomInt } from 'node:crypto';

const MOST_SEED = 2 ** 32 - 1;

/** Returns the same numbers for the same seed; creates a seed by default. */
export function random(given?: string) {
  const seed = given === undefined ? randomInt(MOST_SEED) : Number(given);
  let state = seed;
  /** A number from 0 (inclusive) to 1 (exclusive). */
  const draw = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / (MOST_SEED + 1);
  };
  /** An integer from 0 up to, but without, a limit. */
  const below = (limit: number): number => Math.floor(draw() * limit);
  /** An item of a non-empty list. */
  function pick<Item>(items: readonly Item[]): Item {
    const item = items[below(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }
  return { seed, below, pick };
}
