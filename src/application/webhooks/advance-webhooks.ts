import { setTimeout as sleep } from 'node:timers/promises';
import type { RunRef } from '../../store/account-scope';
import type { Ports } from '../ports';

/** Longest wait for an attempt in progress, in milliseconds. */
const PATIENCE_MS = 2_000;
const LOOK_MS = 50;

/**
 * Moves the pending webhooks of a finished run forward, whose clock has stopped: their next attempt, and the end of
 * their 24 h. Returns false if none is pending. A repetition moves them again.
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
