/** Signs webhooks by Standard Webhooks (https://www.standardwebhooks.com). */
import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';

/** Returns a new secret: `whsec_` and 32 random bytes in base64. */
export function newWebhookSecret(): string {
  return `${PREFIX}${randomBytes(32).toString('base64')}`;
}

export interface Signable {
  /** Identical on every retry. */
  id: string;
  /** Time of this attempt, in seconds since the epoch. */
  timestamp: number;
  /** Body exactly as sent. */
  body: string;
}

/**
 * Returns the `webhook-signature`: one `v1,…` for each secret, so that a receiver may use either one during a rotation.
 */
function signWebhook(secrets: readonly string[], signable: Signable): string {
  const { id, timestamp, body } = signable;
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
      const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`);
      return `v1,${mac.digest('base64')}`;
    })
    .join(' ');
}

/** Returns the signature headers of a webhook. */
export function webhookHeaders(
  secrets: readonly string[],
  signable: Signable,
  sequence: number,
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'cerciora-webhooks/1',
    'webhook-id': signable.id,
    'webhook-timestamp': String(signable.timestamp),
    'webhook-signature': signWebhook(secrets, signable),
    'webhook-sequence': String(sequence),
  };
}
