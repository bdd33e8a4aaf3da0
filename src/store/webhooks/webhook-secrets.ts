/** Stores the secrets that sign an account's webhooks: the newest, and for a day the replaced ones. */
import type { Connection } from 'mongoose';
import type { Keyring } from '../../platform/crypto/keyring';
import { open, seal } from '../../platform/crypto/seal';
import { toBuffer } from '../binary';

/** Time during which old and new secrets sign after a rotation, in milliseconds. */
export const BOTH_SIGN_MS = 24 * 60 * 60_000;
/**
 * Maximum number of older secrets, which limits the length of the signature header; more rotations within a day are
 * refused.
 */
const MAX_OLDER = 4;

interface SealedSecret {
  key_id: string;
  sealed: Buffer;
  /** Id of the request that created it: a repetition returns the same secret. */
  made_by?: string;
}

/** Fields stored with the account. */
export interface WebhookSecretFields {
  webhook_secret: SealedSecret | null;
  /** Older secrets, newest first. */
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

  /** Returns the signing secrets, newest first; none if the account does not exist. */
  async find(accountUuid: string, now = new Date()): Promise<string[]> {
    const { webhook_secret, older_webhook_secrets = [] } = await this.read(accountUuid);
    if (webhook_secret === null) return [];
    const older = older_webhook_secrets.filter(({ until }) => until > now);
    return [webhook_secret, ...older].map((each) => this.open(accountUuid, each));
  }

  /**
   * Replaces the account's secret. Safe to repeat: returns the secret that `madeBy` created before.
   * @returns the secret; null after too many rotations.
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
    // After a concurrent rotation, rotates again on top of it.
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
