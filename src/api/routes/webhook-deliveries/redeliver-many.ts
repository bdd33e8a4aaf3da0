import { z } from 'zod';
import { redeliverMany as sendAgain } from '../../../application/webhooks/redeliver';
import { uuidParams, time } from '../../fields';
import { defineRoute, noFields } from '../../server/route';

const body = z
  .strictObject({
    workflow_uuid: uuidParams.shape.uuid.optional(),
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
    return { result: await sendAgain(deps, caller.tenant, { ...filter, run_uuid }) };
  },
});
