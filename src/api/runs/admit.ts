import { RunBusy } from '../../temporal/run-gateway';

/** Writes to one run that one process handles at a time; a good deal more than a person makes. */
const MAX_UNDER_WAY = 16;

const underWay = new Map<string, number>();

/**
 * Handles a write to a run unless a crowd of them is at it: the others are turned away before they cost anything, so
 * that those inside are answered in time.
 * @throws RunBusy.
 */
export async function admit<Result>(
  runUuid: string,
  handle: () => Promise<Result>,
): Promise<Result> {
  const before = underWay.get(runUuid) ?? 0;
  if (before >= MAX_UNDER_WAY) throw new RunBusy('Too many messages are under way.');
  underWay.set(runUuid, before + 1);
  try {
    return await handle();
  } finally {
    const left = (underWay.get(runUuid) ?? 1) - 1;
    if (left === 0) underWay.delete(runUuid);
    else underWay.set(runUuid, left);
  }
}
