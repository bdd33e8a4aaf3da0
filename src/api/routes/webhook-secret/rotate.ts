import { z } from 'zod';
import { rotateWebhookSecret as rotate } from '../../../application/webhooks/rotate-secret';
import { timestamp } from '../../../domain/run/timestamps';
import { at } from '../../openapi/runs';
import { defineRoute, noFields } from '../../server/route';

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
    const rotated = await rotate(deps, caller.tenant.account_uuid, reservation);
    const old_signs_until = timestamp(rotated.old_signs_until);
    return { result: { ...rotated, old_signs_until }, secret: true };
  },
});
