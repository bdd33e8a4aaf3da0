/** Schemas of webhooks and deliveries in the API document. */
import { z, type ZodType } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { DELIVERY_STATUSES } from '../../store/webhooks/webhook-deliveries';
import { at, run, step, uuid } from './runs';

export const deliveryStatus = z.enum(DELIVERY_STATUSES).meta({ id: 'WebhookDeliveryStatus' });

const fields = {
  uuid: uuid.meta({ description: 'Also the `webhook-id`, the same at each try.' }),
  workflow_uuid: uuid.nullable().meta({ description: 'Null for a test event.' }),
  sequence: z.int().min(1).meta({ description: 'The `webhook-sequence`: 1, 2, 3… per workflow.' }),
  event: z.enum(['create', 'update', 'test']),
  resource: z.enum(['workflow', 'step']),
  resource_uuid: uuid,
  callback_url: z.string(),
  status: deliveryStatus,
  attempts: z.int().min(0),
  fault: z
    .enum([
      ...['bad_status', 'redirect', 'gone', 'timeout', 'unreachable', 'refused_address'],
      ...['not_called', 'receiver_down', 'run_gone'],
    ] as const)
    .nullable()
    .meta({ description: 'Why the last try was none that counts, or why there is no more.' }),
  status_code: z.int().nullable(),
  latency_ms: z.int().nullable(),
  answer: z.string().nullable().meta({ description: 'The first 1,024 bytes of the last answer.' }),
  created_at: at,
  last_try_at: at.nullable(),
  next_try_at: at.nullable(),
  delivered_at: at.nullable(),
};

export const delivery = z.strictObject(fields).meta({ id: 'WebhookDelivery' });

export const deliveryWithBody = z
  .strictObject({
    ...fields,
    body: z.string().nullable().meta({
      description: 'What is sent, to the byte; null where the workflow is no longer there.',
    }),
  })
  .meta({ id: 'WebhookDeliveryWithBody' });

const contentOmitted = z.literal(true).optional().meta({
  description:
    'Present if the body would have more than 1 MiB: then `metadata` and the payloads of the steps are null. Read the workflow.',
});

const sent = (id: string, resource: 'workflow' | 'step', payload: ZodType) =>
  z
    .strictObject({
      event: resource === 'workflow' ? z.enum(['create', 'update']) : z.enum(['update']),
      resource: z.literal(resource),
      resource_uuid: uuid,
      payload: payload.meta({ description: 'As it was after this change.' }),
      ...(resource === 'workflow' && { content_omitted: contentOmitted }),
    })
    .meta({ id });

/** Webhook requests of the service to the `callback_url` of a workflow. */
export const webhooks = {
  change: {
    post: {
      operationId: 'webhook_change',
      summary: 'A workflow was created, or its status or that of one of its steps changed',
      description:
        'Signed as https://www.standardwebhooks.com says, in order per workflow, at least once. Answer 2xx within 15 s; anything else is tried again for 24 h, but for 410, which ends it. Redirects are not followed.',
      tags: ['webhooks'],
      security: [],
      requestParams: {
        header: z.object({
          'webhook-id': z.string().meta({ description: 'The same at each try.' }),
          'webhook-timestamp': z.string().meta({ description: 'Of this try, in seconds.' }),
          'webhook-signature': z
            .string()
            .meta({ description: '`v1,…`; after a rotation one for each secret, for 24 h.' }),
          'webhook-sequence': z.string().meta({ description: '1, 2, 3… per workflow.' }),
        }),
      },
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: z.union([
              sent('WorkflowWebhook', 'workflow', run),
              sent('StepWebhook', 'step', step),
            ]),
          },
        },
      },
      responses: { '2XX': { description: 'Taken.' }, 410: { description: 'Send no more.' } },
    },
  },
} satisfies ZodOpenApiPathsObject;
