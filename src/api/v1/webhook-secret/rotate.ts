import { z } from 'zod';
import { newWebhookSecret } from '../../../crypto/webhook-signature';
import { timestamp } from '../../../runs/timestamps';
import { BOTH_SIGN_MS } from '../../../store/webhooks/webhook-secrets';
import { at } from '../../documents/runs';
import { defineRoute, noFields } from '../../http/route';
import { ApiError } from '../../problems';

export const rotateWebhookSecret = defineRoute({
  method: 'post',
  path: '/v1/webhook-secret/rotate',
  summary: "Make a new secret for the account's webhooks; the old one signs too for 24 h",
  auth: { kind: 'key', scopes: ['admin'] },
  idempotent: true,
  params: noFields,
  result: z.strictObject({
    webhook_secret: z.string().meta({ description: 'Shown once.', examples: ['whsec_…'] }),
    old_signs_until: at,
  }),
  errors: ['already_created', 'conflict'],
  async handle({ caller, deps, reservation }) {
    const wanted = { secret: newWebhookSecret(), madeBy: reservation.uuid };
    const { account_uuid } = caller.tenant;
    const webhook_secret = await deps.webhookSecrets.rotate(account_uuid, wanted);
    if (webhook_secret === null) {
      const message = 'The secret was rotated four times within 24 h; wait until one is past.';
      throw new ApiError('conflict', message);
    }
    const old_signs_until = timestamp(reservation.at + BOTH_SIGN_MS);
    return { result: { webhook_secret, old_signs_until }, secret: true };
  },
});
