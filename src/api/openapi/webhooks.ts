/** Schemas of webhooks and deliveries in the API document. */
import { z, type ZodType } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { DELIVERY_STATUSES } from '../../store/webhooks/webhook-deliveries';
import { described, text, textOrNull, time, timeOrNull, uuid, uuidOrNull, UUID } from './described';
import { run } from './runs';
import { step } from './steps';

export const deliveryStatus = described(
  z.enum(DELIVERY_STATUSES),
  'Status of the delivery: `pending` (not tried yet), `retrying` (failed, tried again), `delivered` (answered with 2xx), `parked` (given up; redeliver it by hand).',
  'delivered',
).meta({ id: 'WebhookDeliveryStatus' });

const fault = described(
  z
    .enum([
      ...['bad_status', 'redirect', 'gone', 'timeout', 'unreachable', 'refused_address'],
      ...['not_called', 'receiver_down', 'run_gone'],
    ] as const)
    .nullable(),
  'Why the last try failed, or why there is no further one: another status than 2xx, a redirect, 410, no answer in time, no connection, an address that is not allowed, an address that ends in `.invalid`, a receiver that is down, or a workflow that is gone. Null without a failure.',
  null,
);

const fields = {
  uuid: uuid('UUID of the delivery, which is also its `webhook-id`, the same at each try.'),
  workflow_uuid: uuidOrNull('UUID of the workflow; null for a test event.'),
  sequence: described(
    z.int().min(1),
    'Number of the webhook in its workflow, the `webhook-sequence`: 1, 2, 3…',
    3,
  ),
  event: described(
    z.enum(['create', 'update', 'test']),
    'What happened: the resource was created or changed; or a test.',
    'update',
  ),
  resource: described(z.enum(['workflow', 'step']), 'What it happened to.', 'workflow'),
  resource_uuid: uuid('UUID of the workflow or step.'),
  callback_url: text('Address that is called.', 'https://backend.example.com/webhooks'),
  status: deliveryStatus,
  attempts: described(z.int().min(0), 'Number of tries so far.', 1),
  fault,
  status_code: described(
    z.int().nullable(),
    'HTTP status of the last answer, a number of three digits; null without one.',
    204,
  ),
  latency_ms: described(
    z.int().nullable(),
    'Milliseconds until the last answer; null without one.',
    85,
  ),
  answer: textOrNull('The first 1,024 bytes of the last answer; null without one.', null),
  created_at: time('Time of the change that it tells.'),
  last_try_at: timeOrNull('Time of the last try; null before the first.'),
  next_try_at: timeOrNull('Time of the next try; null where there is none.', null),
  delivered_at: timeOrNull('Time when it was answered with 2xx; null before.'),
};

export const delivery = described(z.strictObject(fields), 'A webhook and what became of it.').meta({
  id: 'WebhookDelivery',
});

export const deliveryWithBody = described(
  z.strictObject({
    ...fields,
    body: textOrNull(
      'The body that is sent, to the byte; null where the workflow is no longer there.',
      `{"event":"update","resource":"workflow","resource_uuid":"${UUID}","payload":{}}`,
    ),
  }),
  'A webhook with its body.',
).meta({ id: 'WebhookDeliveryWithBody' });

const contentOmitted = described(
  z.literal(true).optional(),
  'Present if the body would have more than 1 MiB: then `metadata` and the payloads of the steps are null. Read the workflow.',
  true,
);

const sent = (id: string, resource: 'workflow' | 'step', payload: ZodType) =>
  described(
    z.strictObject({
      event: described(
        resource === 'workflow' ? z.enum(['create', 'update']) : z.enum(['update']),
        'What happened: the resource was created or changed.',
        'update',
      ),
      resource: described(z.literal(resource), 'What it happened to.'),
      resource_uuid: uuid(`UUID of the ${resource}.`),
      payload: described(payload, `The ${resource} as it was after this change.`),
      ...(resource === 'workflow' && { content_omitted: contentOmitted }),
    }),
    `Body of a webhook about a ${resource}.`,
  ).meta({ id });

const header = z.object({
  'webhook-id': text('UUID of the webhook, the same at each try: ignore one that you know.', UUID),
  'webhook-timestamp': text('Time of this try, in seconds since 1970-01-01 (UTC).', '1795471812'),
  'webhook-signature': text(
    'Signature by HMAC-SHA256, `v1,` and base64; for 24 hours after a rotation one for each secret, separated by a space.',
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  ),
  'webhook-sequence': text('Number of the webhook in its workflow: 1, 2, 3…', '3'),
});

/** Webhook requests of the service to the `callback_url` of a workflow. */
export const webhooks = {
  change: {
    post: {
      operationId: 'webhook_change',
      summary: 'A workflow was created, or its status or that of one of its steps changed',
      description:
        'Sent to the `callback_url` of the workflow. Signed as https://www.standardwebhooks.com says, in order per workflow, at least once. Answer 2xx within 15 seconds; anything else is tried again for 24 hours, but for 410, which ends it. Redirects are not followed.',
      tags: ['webhooks'],
      security: [],
      requestParams: { header },
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
      responses: {
        '2XX': { description: 'Received.' },
        410: { description: 'The service sends no more webhooks of this workflow.' },
      },
    },
  },
} satisfies ZodOpenApiPathsObject;
