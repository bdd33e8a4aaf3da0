import { setTimeout as sleep } from 'node:timers/promises';
import type { RunRef } from '../../store/account-scope';
import type { Ports } from '../ports';

/** A try that is under way is waited for, in milliseconds. */
const PATIENCE_MS = 2_000;
const LOOK_MS = 50;

/**
 * Brings what a finished run still has to tell nearer, as its clock has stopped: its next try, and the end of its 24 h.
 * False where nothing waits. Repeated after a lost answer, it moves on twice.
 */
export async function advanceWebhooks(
  { webhookDeliveries, webhookQueues }: Pick<Ports, 'webhookDeliveries' | 'webhookQueues'>,
  { account_uuid, uuid }: RunRef,
  minutes: number,
): Promise<boolean> {
  const ms = minutes * 60_000;
  const queue = { account_uuid, queue: uuid };
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    const moved = await webhookQueues.advance(queue, ms);
    if (moved === 'moved') await webhookDeliveries.countOlderThan(queue, ms);
    if (moved !== 'held') return moved === 'moved';
    await sleep(LOOK_MS);
  }
  return false;
}
