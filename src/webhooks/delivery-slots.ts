/** Divides the delivery slots of a process among accounts and receivers, so that none can use them up. */
import type { WebhookQueue } from '../store/webhooks/webhook-queues';

/** Queues that one process works on in parallel; each has its run in memory. */
const MAX_ACTIVE = 100;
/** Slots of one account: a quarter, because each receiver that hangs occupies its slots for 15 s an attempt. */
const MAX_PER_ACCOUNT = 25;
/** Slots of one receiver origin, for all accounts that call it: a shared receiver fails for all of them at once. */
const MAX_PER_ORIGIN = 20;

type Slot = Pick<WebhookQueue, 'account_uuid' | 'url'>;

export class DeliverySlots {
  private readonly accounts = new Map<string, number>();
  private readonly origins = new Map<string, number>();
  private active = 0;

  get isFull(): boolean {
    return this.active >= MAX_ACTIVE;
  }

  enter({ account_uuid, url }: Slot): void {
    this.active += 1;
    add(this.accounts, account_uuid, 1);
    add(this.origins, originOf(url), 1);
  }

  leave({ account_uuid, url }: Slot): void {
    this.active -= 1;
    add(this.accounts, account_uuid, -1);
    add(this.origins, originOf(url), -1);
  }

  /** Returns the account that gets the next slot: the one with the fewest. Undefined if all have their share. */
  nextOf(accounts: Iterable<string>): string | undefined {
    let [next, fewest]: [string | undefined, number] = [undefined, MAX_PER_ACCOUNT];
    for (const account of accounts) {
      const count = this.accounts.get(account) ?? 0;
      if (count < fewest) [next, fewest] = [account, count];
    }
    return next;
  }

  /** Returns the origins without a free slot. */
  fullOrigins(): string[] {
    return [...this.origins].flatMap(([origin, count]) => (count >= MAX_PER_ORIGIN ? origin : []));
  }
}

function originOf(url: string): string {
  return new URL(url).origin;
}

function add(counts: Map<string, number>, key: string, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
