import { z } from 'zod';
import { rotateWebhookSecret as rotate } from '../../../application/webhooks/rotate-secret';
import { timestamp } from '../../../domain/run/timestamps';
import { described, text, time } from '../../openapi/described';
import { defineRoute, noFields } from '../../server/route';

export const rotateWebhookSecret = defineRoute({
  method: 'post',
  path: '/v1/webhook-secret/rotate',
  summary: "Make a new secret for the account's webhooks",
  description:
    'Returns the new secret, once. For 24 hours the old one signs too: each webhook then has two signatures. 409 `conflict` after four rotations within 24 hours.',
  auth: { kind: 'key', scopes: ['admin'] },
  idempotent: true,
  params: noFields,
  result: described(
    z.strictObject({
      webhook_secret: text('The new secret, `whsec_` and base64. Shown once.', 'whsec_…'),
      old_signs_until: time('Time until when the old secret signs too.'),
    }),
    'The new secret.',
  ),
  errors: ['already_created', 'conflict'],
  async handle({ caller, deps, reservation }) {
    const rotated = await rotate(deps, caller.tenant.account_uuid, reservation);
    const old_signs_until = timestamp(rotated.old_signs_until);
    return { result: { ...rotated, old_signs_until }, secret: true };
  },
});
