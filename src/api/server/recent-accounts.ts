/** Time after which an account counts as idle, in milliseconds. */
const RECENT_MS = 10 * 60_000;

interface Sighting {
  account_uuid: string;
  /** By the monotonic clock, in milliseconds. */
  at: number;
}

/** Remembers the two accounts that sent requests last: enough to know if an account has the process to itself. */
export class RecentAccounts {
  private last: Sighting = { account_uuid: '', at: -Infinity };
  /** The last one of another account than `last`. */
  private other: Sighting = { account_uuid: '', at: -Infinity };

  add(account_uuid: string, at = performance.now()): void {
    if (this.last.account_uuid !== account_uuid) this.other = this.last;
    this.last = { account_uuid, at };
  }

  /** Returns true if another account sent a request within the last ten minutes. */
  hasOther(account_uuid: string, now = performance.now()): boolean {
    const { at } = this.last.account_uuid === account_uuid ? this.other : this.last;
    return now - at < RECENT_MS;
  }
}
