import { toBuffer } from '../binary';
import type { RunRecord } from './run-document';

/** Returns a stored run with its sealed fields as Buffers. */
export function decodeRun(run: RunRecord): RunRecord {
  const submissions = Object.fromEntries(
    Object.entries(run.submissions).map(([id, stored]) => [
      id,
      { ...stored, sealed: toBuffer(stored.sealed) },
    ]),
  );
  return { ...run, sealed: toBuffer(run.sealed), submissions };
}
