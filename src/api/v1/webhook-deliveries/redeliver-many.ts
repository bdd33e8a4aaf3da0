import { z } from 'zod';
import { byUuid, time } from '../../fields';
import { defineRoute, noFields } from '../../http/route';
import { reopen } from '../../webhooks/reopen';

/** At once, so that an answer comes in time; `more` asks for the same call again. */
const AT_ONCE = 500;

const body = z
  .strictObject({
    workflow_uuid: byUuid.shape.uuid.optional(),
    status: z.enum(['parked', 'retrying', 'delivered']).default('parked'),
    created_after: time.optional(),
    created_before: time.optional(),
  })
  .refine(
    ({ workflow_uuid, created_after, created_before }) =>
      (workflow_uuid ?? created_after ?? created_before) !== undefined,
    'must name a workflow_uuid or a period',
  );

export const redeliverMany = defineRoute({
  method: 'post',
  path: '/v1/webhook-deliveries/redeliver',
  summary: "Deliver a workflow's or a period's webhooks again, the oldest first",
  operation: 'post_webhook_deliveries_redeliver_many',
  auth: { kind: 'key', scopes: ['runs:write'] },
  idempotent: true,
  params: noFields,
  body,
  result: z.strictObject({
    redelivered: z.int().min(0),
    more: z.boolean().meta({ description: 'Whether there are others: repeat the call.' }),
  }),
  example: { status: 'parked', created_after: '2026-11-23T00:00:00Z' },
  async handle({ body: { workflow_uuid: run_uuid, ...filter }, caller, deps }) {
    const wanted = { ...filter, run_uuid, called: true };
    const found = await deps.webhookDeliveries.oldest(caller.tenant, wanted, AT_ONCE + 1);
    const these = found.slice(0, AT_ONCE);
    await reopen(deps, these);
    return { result: { redelivered: these.length, more: found.length > AT_ONCE } };
  },
});
