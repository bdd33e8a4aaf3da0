import { newWebhookSecret } from '../../platform/crypto/webhook-signature';
import type { Reservation } from '../../store/accounts/idempotency';
import { BOTH_SIGN_MS } from '../../store/webhooks/webhook-secrets';
import { DomainError } from '../domain-error';
import type { Ports } from '../ports';

/**
 * Creates a new secret for the account's webhooks. The old one also signs until `old_signs_until`, in milliseconds.
 * @throws DomainError `conflict` after four rotations within 24 h.
 */
export async function rotateWebhookSecret(
  { webhookSecrets }: Pick<Ports, 'webhookSecrets'>,
  accountUuid: string,
  { uuid, at }: Reservation,
): Promise<{ webhook_secret: string; old_signs_until: number }> {
  const wanted = { secret: newWebhookSecret(), madeBy: uuid };
  const webhook_secret = await webhookSecrets.rotate(accountUuid, wanted);
  if (webhook_secret === null) {
    const message = 'The secret was rotated four times within 24 h; wait until one is past.';
    throw new DomainError('conflict', message);
  }
  return { webhook_secret, old_signs_until: at + BOTH_SIGN_MS };
}
