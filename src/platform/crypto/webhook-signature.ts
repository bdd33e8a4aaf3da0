/** Standard Webhooks (https://www.standardwebhooks.com): the secret and the signature. */
import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';

/** A secret: `whsec_` and 32 random bytes in base64. */
export function newWebhookSecret(): string {
  return `${PREFIX}${randomBytes(32).toString('base64')}`;
}

export interface Signable {
  /** The same at each try. */
  id: string;
  /** Of this try, in seconds since the epoch. */
  timestamp: number;
  /** As it is sent, to the byte. */
  body: string;
}

/** `webhook-signature`: one `v1,…` for each secret, so that a receiver may know either of two during a rotation. */
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

/** The headers that a webhook travels with. */
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
