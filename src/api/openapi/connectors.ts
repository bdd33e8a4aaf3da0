/** Schemas of connectors in the API document. */
import { z } from 'zod';
import {
  channelName,
  described,
  flag,
  integer,
  text,
  textOrNull,
  time,
  uuid,
  UUID,
} from './described';

/** Fields of every configuration resource. `what`: the resource in the singular. */
export function configFields(what: string) {
  return {
    uuid: uuid(`UUID of the ${what}.`),
    created_at: time('Time of the creation.'),
    updated_at: time('Time of the last change.'),
  };
}

/** Descriptions of fields that requests and responses share. */
export const CONNECTOR_TEXT = {
  name: 'Name shown to your staff; up to 100 characters.',
  kind: 'Provider: `twilio` (SMS and WhatsApp), `sendgrid` (email) or `sandbox` (all channels, for tests). It never changes.',
  channels: 'Channels that the connector serves, each once.',
  receipts:
    'True if the provider tells whether messages arrived. Without receipts, silence is no failure.',
  credentials: 'Credentials at the provider, stored encrypted.',
  sender: 'What messages are sent from.',
  sms: 'Sender of SMS: a phone in E.164, a messaging service (`MG…`), a short code of 3 to 8 digits, or a name of up to 11 letters and digits.',
  whatsapp: 'Phone of the WhatsApp sender, in E.164.',
  content_sids:
    'SIDs (`HX…`) of the approved WhatsApp templates, by language; `whatsapp` needs one at least.',
  content_variables:
    'Values of the variables of the WhatsApp template, by name: texts of up to 200 characters with `{{code}}`, and `{{account}}` for the name of the account. By default variable 1 is the code.',
  email: 'Email address that messages come from; verified at SendGrid.',
  sender_name: 'Name beside the address; up to 100 characters.',
  template_ids:
    'Ids (`d-…`) of dynamic templates, by language. They get the variables `code`, `account`, `subject` and `text`. Without one the own text is sent.',
  webhook_public_key:
    'Verification key of the signed event webhook, in base64 as SendGrid shows it. Needed for receipts.',
} as const;

export const CONTENT_SID = 'HX0123456789abcdef0123456789abcdef';
export const TEMPLATE_ID = 'd-0123456789abcdef0123456789abcdef';
export const CONTENT_VARIABLES = { 1: '{{code}}' };

const T = CONNECTOR_TEXT;
const connectorFields = {
  ...configFields('connector'),
  name: text(T.name, 'Twilio México'),
  channels: described(z.array(channelName), T.channels, ['sms']),
  receipts: flag(T.receipts, true),
  paused: flag('True while the connector is paused: sends fail, and backups take over.', false),
};
const masked = text('Masked: credentials are never shown.', '********');
const byLanguage = z.record(z.string(), z.string());

const twilio = z.strictObject({
  ...connectorFields,
  kind: described(z.literal('twilio'), T.kind),
  credentials: described(
    z.strictObject({
      account_sid: text('Account SID, with its last four digits alone.', 'AC****cdef'),
      auth_token: masked,
      shared_key: described(
        masked.nullable(),
        'Masked secret of the shared key; null without one.',
        null,
      ),
    }),
    T.credentials,
  ),
  sender: described(
    z.strictObject({
      sms: textOrNull(`${T.sms} Null without one.`, '+525512345678'),
      whatsapp: textOrNull(`${T.whatsapp} Null without one.`, null),
      content_sids: described(byLanguage, T.content_sids, { es: CONTENT_SID }),
      content_variables: described(byLanguage, T.content_variables, CONTENT_VARIABLES),
    }),
    T.sender,
  ),
});

const sendgrid = z.strictObject({
  ...connectorFields,
  kind: described(z.literal('sendgrid'), T.kind),
  credentials: described(
    z.strictObject({
      api_key: masked,
      webhook_public_key: textOrNull(`${T.webhook_public_key} Null without one.`, null),
    }),
    T.credentials,
  ),
  sender: described(
    z.strictObject({
      email: text(T.email, 'codigos@example.com'),
      name: textOrNull(`${T.sender_name} Null without one.`, 'Banco Ejemplo'),
      template_ids: described(byLanguage, T.template_ids, { es: TEMPLATE_ID }),
    }),
    T.sender,
  ),
});

export const connector = described(
  z.discriminatedUnion('kind', [
    z.strictObject({ ...connectorFields, kind: described(z.literal('sandbox'), T.kind) }),
    twilio,
    sendgrid,
  ]),
  'A connector: an account at a messaging provider.',
).meta({ id: 'Connector' });

export const connectorTest = described(
  z.strictObject({
    ok: flag('True if the provider would accept messages.', true),
    error_code: textOrNull(
      "Code of the provider's refusal, as `error_code` of a send; null where it would accept.",
      null,
    ),
  }),
  'Result of the test of a connector.',
).meta({ id: 'ConnectorTest' });

export const sending = described(
  z.strictObject({
    paused_channels: described(
      z.array(channelName),
      'Channels on which the account sends nothing now.',
      ['sms'],
    ),
  }),
  'State of sending for the account.',
).meta({ id: 'Sending' });

const count = (description: string, example: number) => integer(description, example);

const cost = z.strictObject({
  amount: described(
    z.number(),
    'Amount in the smallest unit of the currency, such as cents; with fractions.',
    1_234.5,
  ),
  currency: text('Currency (ISO 4217).', 'USD'),
});

const messagesOfConnector = z.strictObject({
  connector_uuid: described(
    z.uuid().nullable(),
    "UUID of the connector; null for the account's WhatsApp line.",
    UUID,
  ),
  channel: described(channelName, 'Channel of the messages.', 'sms'),
  claimed: count('Number of sends that were begun.', 120),
  sent: count('Number of messages that the provider accepted.', 118),
  failed: count('Number of messages that the provider refused.', 1),
  unknown: count('Number of sends whose result was never learned.', 1),
  delivered: count('Number of messages with a receipt of delivery.', 115),
  undelivered: count('Number of messages with a receipt of failure.', 3),
  cost: described(z.array(cost), 'Cost that the provider reported, by currency.'),
});

export const usage = described(
  z.strictObject({
    months: described(
      z.array(
        z.strictObject({
          month: text('Month in UTC, `YYYY-MM`.', '2026-11'),
          runs: count('Number of workflows that were created.', 240),
          messages: described(
            z.array(messagesOfConnector),
            'Messages with codes, by connector and channel.',
          ),
        }),
      ),
      'One entry for each month, oldest first.',
    ),
  }),
  'Workflows and messages by month.',
).meta({ id: 'Usage' });
