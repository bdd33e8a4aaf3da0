import { z } from 'zod';
import { redeliverMany as sendAgain } from '../../../application/webhooks/redeliver';
import { time, requestUuid } from '../../fields';
import { defineRoute, noFields } from '../../server/route';
import { described, flag } from '../../openapi/described';

const body = z
  .strictObject({
    workflow_uuid: requestUuid('Only webhooks of the workflow with this UUID.').optional(),
    status: described(
      z.enum(['parked', 'retrying', 'delivered']).default('parked'),
      'Only webhooks with this status; by default `parked`.',
      'parked',
    ),
    created_after: described(time.optional(), 'Only webhooks of changes after this time.'),
    created_before: described(time.optional(), 'Only webhooks of changes before this time.'),
  })
  .refine(
    ({ workflow_uuid, created_after, created_before }) =>
      (workflow_uuid ?? created_after ?? created_before) !== undefined,
    'must name a workflow_uuid or a period',
  );

export const redeliverMany = defineRoute({
  method: 'post',
  path: '/v1/webhook-deliveries/redeliver',
  summary: "Deliver a workflow's or a period's webhooks again",
  description:
    'Puts the webhooks of a workflow or of a period back into their queues, the oldest first, by default those that were given up. Name a `workflow_uuid`, `created_after` or `created_before`.',
  operation: 'post_webhook_deliveries_redeliver_many',
  auth: { kind: 'key', scopes: ['runs:write'] },
  idempotent: true,
  params: noFields,
  body,
  result: described(
    z.strictObject({
      redelivered: described(z.int().min(0), 'Number of webhooks that are delivered again.', 12),
      more: flag('True if there are others: repeat the call.', false),
    }),
    'Webhooks that are delivered again.',
  ),
  example: { status: 'parked', created_after: '2026-11-23T00:00:00Z' },
  async handle({ body: { workflow_uuid: run_uuid, ...filter }, caller, deps }) {
    return { result: await sendAgain(deps, caller.tenant, { ...filter, run_uuid }) };
  },
});
