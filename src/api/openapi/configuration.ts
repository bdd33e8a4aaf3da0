/** Schemas of configuration resources in the API document. */
import { z } from 'zod';
import { SCOPES } from '../../store/accounts/api-keys';
import { at, channel, uuid } from './runs';

const made = { uuid, created_at: at, updated_at: at };

const connectorFields = {
  ...made,
  name: z.string(),
  channels: z.array(channel),
  receipts: z.boolean(),
  paused: z.boolean(),
};
const masked = z.string().meta({ description: 'Masked: credentials are never shown.' });
const byLanguage = z.record(z.string(), z.string());

export const connector = z
  .discriminatedUnion('kind', [
    z.strictObject({ ...connectorFields, kind: z.literal('sandbox') }),
    z.strictObject({
      ...connectorFields,
      kind: z.literal('twilio'),
      credentials: z.strictObject({
        account_sid: masked,
        auth_token: masked,
        shared_key: masked.nullable(),
      }),
      sender: z.strictObject({
        sms: z.string().nullable(),
        whatsapp: z.string().nullable(),
        content_sids: byLanguage,
        content_variables: byLanguage,
      }),
    }),
    z.strictObject({
      ...connectorFields,
      kind: z.literal('sendgrid'),
      credentials: z.strictObject({ api_key: masked, webhook_public_key: z.string().nullable() }),
      sender: z.strictObject({
        email: z.string(),
        name: z.string().nullable(),
        template_ids: byLanguage,
      }),
    }),
  ])
  .meta({ id: 'Connector' });

export const connectorTest = z
  .strictObject({
    ok: z.boolean(),
    error_code: z.string().nullable().meta({ description: 'As `error_code` of a send.' }),
  })
  .meta({ id: 'ConnectorTest' });

const route = { channel, connector_uuid: uuid.nullable() };
const verification = z.strictObject({
  ...route,
  backup: z.strictObject({ ...route, after_failed_attempts: z.int() }).nullable(),
});

export const nip = z
  .strictObject({
    ...made,
    name: z.string(),
    type: z.enum(['generic']),
    first_verification: verification,
    second_verification: verification.nullable(),
    code: z.strictObject({
      length: z.int(),
      expires_in: z.int(),
      max_wrong: z.int(),
      max_sends: z.int(),
      resend_after: z.int(),
      receipt_timeout: z.int(),
    }),
    messages: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Nip' });

export const form = z
  .strictObject({
    ...made,
    name: z.string(),
    fields: z.array(
      z.strictObject({
        key: z.string(),
        label: z.string(),
        type: z.enum([
          ...['text', 'textarea', 'number', 'date', 'email', 'phone', 'select', 'checkbox'],
        ] as const),
        required: z.boolean(),
        options: z.array(z.string()).optional(),
        pattern: z.string().optional(),
        min: z.number().optional(),
        max: z.number().optional(),
      }),
    ),
  })
  .meta({ id: 'Form' });

export const account = z
  .strictObject({
    uuid,
    name: z.string(),
    language: z.string(),
    default_nip_uuid: uuid.nullable().meta({ description: 'NIP of steps whose setup names none.' }),
    default_email_nip_uuid: uuid.nullable().meta({
      description:
        'NIP of steps that verify an email and name none in their setup; null: `default_nip_uuid`.',
    }),
    countries: z
      .array(z.string())
      .meta({ description: 'ISO 3166-1; phones of others get no code.' }),
    budgets: z
      .record(z.string(), z.int())
      .meta({ description: 'What may be spent on codes: see the runbook.' }),
    paused_channels: z.array(channel),
    created_at: at,
  })
  .meta({ id: 'Account' });

const apiKeyFields = {
  uuid: uuid.meta({ description: 'Names the key in calls about it.' }),
  id: z.string().meta({
    description: 'Public part of the key, before the `|`; not secret.',
    examples: ['test_Zx81kQm2Pw7a'],
  }),
  name: z.string().meta({ description: 'What uses the key.', examples: ['Backend'] }),
  mode: z.enum(['live', 'test']).meta({ description: 'Mode of the workflows that it creates.' }),
  scopes: z.array(z.enum(SCOPES)).meta({ description: 'What the key may do.' }),
  created_at: at,
  updated_at: at.meta({ description: 'The same as `created_at`: a key is never changed.' }),
};

export const apiKey = z.strictObject(apiKeyFields).meta({ id: 'ApiKey' });

export const newApiKey = z
  .strictObject({
    ...apiKeyFields,
    key: z.string().meta({
      description: 'The whole key, `<id>|<secret>`, sent as bearer. Shown once.',
      examples: ['test_Zx81kQm2Pw7a|…'],
    }),
  })
  .meta({ id: 'NewApiKey' });

export const sending = z
  .strictObject({ paused_channels: z.array(channel) })
  .meta({ id: 'Sending' });

const cost = z.strictObject({
  amount: z.number().meta({ description: 'In the smallest unit of the currency.' }),
  currency: z.string(),
});

export const usage = z
  .strictObject({
    months: z.array(
      z.strictObject({
        month: z.string(),
        runs: z.int(),
        messages: z.array(
          z.strictObject({
            connector_uuid: uuid.nullable(),
            channel,
            claimed: z.int(),
            sent: z.int(),
            failed: z.int(),
            unknown: z.int(),
            delivered: z.int(),
            undelivered: z.int(),
            cost: z.array(cost).meta({ description: 'What providers told.' }),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'Usage' });

export const sandboxMessage = z
  .strictObject({
    uuid,
    channel,
    to: z.string(),
    from: z.string(),
    subject: z.string().nullable(),
    text: z.string().meta({ description: 'The code is the first group of digits in it.' }),
    html: z.string().nullable(),
    at,
    status: z.enum(['sent', 'delivered', 'undelivered']),
  })
  .meta({ id: 'SandboxMessage' });
