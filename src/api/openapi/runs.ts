/** Schemas of runs and steps in the API document; tests check every response against them. */
import { z } from 'zod';
import type { ActionName } from '../../steps/actions';

export const uuid = z.uuid().meta({ examples: ['0a4b5cc1-9a35-4d3f-8f5e-2f6f2b6c7d10'] });
/** ISO 8601 in UTC with microseconds. */
export const at = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  .meta({ format: 'date-time', examples: ['2022-04-12T22:10:12.000000Z'] });
export const channel = z.enum(['sms', 'whatsapp', 'email']);
const anything = z.record(z.string(), z.unknown());

const runStatus = z
  .enum([
    ...['pending', 'in_progress', 'abandoned', 'postponed', 'in_review'],
    ...['success', 'failed', 'rejected', 'expired', 'cancelled'],
  ] as const)
  .meta({
    id: 'WorkflowStatus',
    description:
      '`in_review`: a reviewer decides, by the action `approve_step` or `reject_step`. Until then submissions get 409 `action_not_allowed`, and no deadline passes.',
  });

const stepStatus = z
  .enum([
    ...['pending', 'in_progress', 'in_review'],
    ...['success', 'failed', 'rejected', 'skipped', 'cancelled'],
  ] as const)
  .meta({ id: 'StepStatus' });

const waitingFor = z
  .enum(['person', 'reviewer', 'provider', 'message_approval', 'contact_time', 'integrator'])
  .nullable()
  .meta({ description: 'Whom or what the workflow waits for.' });

const fault = z
  .strictObject({
    fatal: z.boolean(),
    extra: anything,
    details: z.strictObject({
      reason: z.string(),
      error_id: uuid,
      stack: z.string().meta({ description: 'A stable error code, never a stack trace.' }),
    }),
  })
  .meta({ id: 'Fault' });

const stepFields = {
  uuid,
  workflow_uuid: uuid,
  custom_id: z.string().nullable(),
  coordinates: z.array(z.array(z.string()).length(2)),
  error: fault.nullable(),
  metadata: z.strictObject({ name: z.string(), title: z.string(), description: z.string() }),
  status: stepStatus,
  step: z.string().meta({ description: 'The step key.' }),
  started_at: at.nullable(),
  finished_at: at.nullable(),
  payload: anything.nullable().meta({ description: 'What the step shows; of its own shape.' }),
  updated_at: at,
  created_at: at,
};

export const step = z.strictObject(stepFields).meta({ id: 'Step' });

const runFields = {
  uuid,
  responsible_uuid: uuid.nullable(),
  people_uuid: uuid.nullable(),
  status: runStatus,
  disable_geolocation: z.boolean(),
  started_at: at.nullable(),
  finished_at: at.nullable(),
  lead_uuid: uuid.nullable(),
  credit_uuid: uuid.nullable(),
  skip_steps: anything.nullable(),
  error: fault.nullable(),
  external_reference_id: z.union([z.string(), z.number()]).nullable(),
  callback_url: z
    .string()
    .nullable()
    .meta({
      description: 'Address that is told of changes of the workflow, as it was sent.',
      examples: ['https://backend.example.com/webhooks'],
    }),
  callback_at: at.nullable(),
  expires_in: z.int().meta({ description: 'Minutes from creation; 0: never.' }),
  metadata: anything.nullable(),
  template_binding_uuid: uuid.nullable(),
  rule_set_uuid: uuid.nullable(),
  document_uuid: uuid.nullable(),
  user_email: z.string().nullable(),
  updated_at: at,
  created_at: at,
  steps: z.array(step),
  mode: z.enum(['live', 'test']),
  language: z.string(),
  abandon_after: z.int().nullable(),
  recovery: anything.nullable(),
  waiting_for: waitingFor,
  deadline_at: at.nullable(),
  on_deadline: z.enum(['expire', 'abandon', 'send_recovery', 'fallback']).nullable(),
  reason: z.string().nullable(),
  restarted_from: uuid.nullable(),
  personal_data_erased_at: at.nullable(),
};

export const run = z.strictObject(runFields).meta({ id: 'Workflow' });

export const token = z
  .strictObject({
    token: z.string(),
    token_encoded: z.string().meta({ description: 'URL-encoded base64 of the token.' }),
    expiration: z
      .string()
      .nullable()
      .meta({ examples: ['2022-04-12 22:10:12'] }),
    execution_url: z.url(),
    ...runFields,
  })
  .meta({ id: 'Token' });

const progressFields = {
  uuid,
  status: runStatus,
  current_step_uuid: uuid.nullable(),
  waiting_for: waitingFor,
  deadline_at: at.nullable(),
};

export const progress = z.strictObject(progressFields);

/** Response to start, submit, resend and actions. */
export const answer = z
  .strictObject({ step: step.nullable(), run: progress })
  .meta({ id: 'Progress' });

export const event = z
  .strictObject({
    number: z.int().min(1),
    at,
    type: z.string().meta({ examples: ['step_succeeded'] }),
    actor: z.enum(['person', 'staff', 'system', 'provider', 'integrator']),
    step_uuid: uuid.nullable(),
    data: anything,
  })
  .meta({ id: 'Event' });

export const actionName = z.enum([
  ...(['cancel', 'resend_code', 'switch_channel', 'approve_step', 'reject_step'] as const),
]) satisfies z.ZodType<ActionName>;

export const action = z
  .strictObject({
    action: actionName,
    channels: z.array(channel).optional(),
  })
  .meta({ id: 'Action' });

export const stepType = z
  .strictObject({
    key: z.string(),
    title: z.string(),
    description: z.string(),
    setup_required: z.boolean(),
    requires_people: z.boolean(),
    setup: anything.meta({ description: 'A JSON schema of `setup.<key>`.' }),
    allow_multiple: z.boolean(),
    geolocation: z.boolean(),
  })
  .meta({ id: 'StepType' });

export const session = z
  .strictObject({
    run: z.strictObject({
      ...progressFields,
      reason: z.string().nullable(),
      steps: z.array(
        z.strictObject({
          uuid,
          step: z.string(),
          custom_id: z.string().nullable(),
          title: z.string(),
          status: stepStatus,
        }),
      ),
    }),
    step: z
      .strictObject({
        ...stepFields,
        setup: z.unknown(),
        texts: anything.meta({ description: 'Of the customization, for this step.' }),
        prefill: anything.nullable().meta({
          description:
            'Values that the form begins with, by field, after a restart; the person checks and submits them.',
        }),
      })
      .nullable(),
    theme: anything.meta({ description: 'Colours and logo of the customization.' }),
    account: z.strictObject({ name: z.string().nullable() }),
    purpose: z.string(),
    language: z.string(),
    media: z
      .array(
        z.strictObject({
          collection: z.string(),
          types: z.array(z.string()),
          required: z.boolean(),
          max_files: z.int(),
          max_bytes: z.int(),
          max_pages: z.int(),
          max_pixels: z.int(),
          files: z.array(z.strictObject({ uuid, mime: z.string(), size: z.int(), created_at: at })),
        }),
      )
      .meta({ description: 'What may be uploaded to the current step, and what has been.' }),
    attempts_left: z.int().nullable(),
    asks_for: z.enum(['phone', 'email', 'consent', 'code', 'data']).nullable().meta({
      description:
        'What the current step waits for from the person: its phone or email, once, then the `code`; a `consent` first; or its `data`. Null: nothing now.',
    }),
    asks_for_phone: z.boolean().meta({ description: 'True where `asks_for` is `phone`.' }),
    may_postpone: z.boolean(),
    redirect_url: z.string().nullable(),
  })
  .meta({ id: 'Session' });
