import type { RunRecord } from './runs';

/** Lean reads give the driver's Binary where the schema says Buffer. */
export function revive(run: RunRecord): RunRecord {
  const submissions = Object.fromEntries(
    Object.entries(run.submissions).map(([id, stored]) => [
      id,
      { ...stored, sealed: toBuffer(stored.sealed) },
    ]),
  );
  return { ...run, sealed: toBuffer(run.sealed), submissions };
}

function toBuffer(value: Buffer | { buffer: Uint8Array }): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer);
}
