/** Chance that can be drawn again: Mulberry32, which needs no more than a seed. */
import { randomInt } from 'node:crypto';

const MOST_SEED = 2 ** 32 - 1;

/** Draws the same for the same seed; without one it makes a seed of its own. */
export function random(given?: string) {
  const seed = given === undefined ? randomInt(MOST_SEED) : Number(given);
  let state = seed;
  /** A number from 0 up to 1, without 1. */
  const draw = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / (MOST_SEED + 1);
  };
  /** An integer from 0 up to a limit, without the limit. */
  const below = (limit: number): number => Math.floor(draw() * limit);
  /** One of a list that isn't empty. */
  function pick<Item>(items: readonly Item[]): Item {
    const item = items[below(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }
  return { seed, below, pick };
}
