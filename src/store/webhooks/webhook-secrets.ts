/** The secrets that an account's webhooks are signed with: the newest, and for a day those that it took the place of. */
import type { Connection } from 'mongoose';
import type { Keyring } from '../../platform/crypto/keyring';
import { open, seal } from '../../platform/crypto/seal';
import { toBuffer } from '../binary';

/** After a rotation both sign for so long, in milliseconds (contract, section 9). */
export const BOTH_SIGN_MS = 24 * 60 * 60_000;
/** A signature for each makes a header that servers take; more rotations in a day are refused. */
const MAX_OLDER = 4;

interface SealedSecret {
  key_id: string;
  sealed: Buffer;
  /** The request that made it: repeated, it is answered with the same. */
  made_by?: string;
}

/** As stored with the account. */
export interface WebhookSecretFields {
  webhook_secret: SealedSecret | null;
  /** Newest first. */
  older_webhook_secrets?: (SealedSecret & { until: Date })[];
}

export function sealSecret(ring: Keyring, accountUuid: string, secret: string): SealedSecret {
  const { current } = ring;
  const sealed = seal(current.bytes, Buffer.from(secret), placeOf(accountUuid));
  return { key_id: current.id, sealed };
}

export class WebhookSecrets {
  private readonly accounts;

  constructor(
    connection: Connection,
    private readonly ring: Keyring,
  ) {
    this.accounts = connection.collection<WebhookSecretFields & { _id: string }>('accounts');
  }

  /** Those that sign now, the newest first; none where the account isn't there. */
  async find(accountUuid: string, now = new Date()): Promise<string[]> {
    const { webhook_secret, older_webhook_secrets = [] } = await this.read(accountUuid);
    if (webhook_secret === null) return [];
    const older = older_webhook_secrets.filter(({ until }) => until > now);
    return [webhook_secret, ...older].map((each) => this.open(accountUuid, each));
  }

  /**
   * Puts a secret in place of the account's. Safe to repeat: what `madeBy` has made is found again.
   * @returns the secret; null where it was rotated too often of late.
   */
  async rotate(
    accountUuid: string,
    made: { secret: string; madeBy: string },
    now = new Date(),
  ): Promise<string | null> {
    const { webhook_secret: before, older_webhook_secrets = [] } = await this.read(accountUuid);
    if (before?.made_by === made.madeBy) return this.open(accountUuid, before);
    const older = older_webhook_secrets.filter(({ until }) => until > now);
    if (older.length >= MAX_OLDER) return null;
    const until = new Date(now.getTime() + BOTH_SIGN_MS);
    const fields = {
      webhook_secret: { ...sealSecret(this.ring, accountUuid, made.secret), made_by: made.madeBy },
      older_webhook_secrets: before === null ? older : [{ ...before, until }, ...older],
    };
    const guard = { _id: accountUuid, 'webhook_secret.sealed': before?.sealed ?? null };
    const { matchedCount } = await this.accounts.updateOne(guard, { $set: fields });
    // Somebody else rotated it between: theirs is the one to come after.
    return matchedCount === 1 ? made.secret : this.rotate(accountUuid, made, now);
  }

  private async read(accountUuid: string): Promise<WebhookSecretFields> {
    const projection = { webhook_secret: 1, older_webhook_secrets: 1 };
    const found = await this.accounts.findOne({ _id: accountUuid }, { projection });
    return { ...found, webhook_secret: found?.webhook_secret ?? null };
  }

  private open(accountUuid: string, { key_id, sealed }: SealedSecret): string {
    const key = this.ring.find(key_id);
    if (key === undefined) throw new Error(`ENCRYPTION_KEYS lacks the key ${key_id}`);
    return open(key.bytes, toBuffer(sealed), placeOf(accountUuid)).toString();
  }
}

function placeOf(accountUuid: string): string {
  return `webhook-secret/${accountUuid}`;
}
