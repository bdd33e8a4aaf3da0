/** Schemas of NIP configurations and of the sandbox's messages in the API document. */
import { z } from 'zod';
import { configFields } from './connectors';
import {
  channelName,
  described,
  integer,
  text,
  textOrNull,
  time,
  uuid,
  uuidOrNull,
} from './described';

/** Descriptions of fields that requests and responses share. */
export const NIP_TEXT = {
  name: 'Name shown to your staff; up to 100 characters.',
  type: 'Always `generic`: the name of the kind of NIP in the Workflows API.',
  first_verification: 'How the code is sent.',
  second_verification:
    'A second code, sent after the first one was right. Null: one code is enough.',
  channel: 'Channel that the code is sent by.',
  connector_uuid:
    "UUID of the connector that sends; it must serve the channel. Null: the account's WhatsApp line; `sms` and `email` need one.",
  backup: 'Channel and connector that take over after failed attempts. Null: none.',
  after_failed_attempts:
    'Number of failed sends after which the backup takes over, 1 to 5; less than `code.max_sends`. A send fails when the provider refuses it, a receipt says so or is missing, or the person asks for another.',
  code: 'Length, life and limits of the code. What is left out has its default.',
  length: 'Number of digits of the code, 4 to 8; by default 6.',
  expires_in: 'Seconds until the code expires, 60 to 900; by default 600.',
  max_wrong:
    'Number of wrong codes after which the step fails, 1 to 10; by default 5. Under six digits at most 3, which is the default there.',
  max_sends: 'Number of times that the code is sent at most, 2 to 10; by default 5.',
  resend_after: 'Seconds until the person may ask for another send, 1 to 300; by default 30.',
  receipt_timeout:
    'Seconds without a receipt after which a send counts as failed, 1 to 600; by default 60.',
  messages:
    "Own texts of the message by language, up to 480 characters each, with `{{code}}` once and no digit before it. A language without one has the service's text.",
} as const;

export const MESSAGE_EXAMPLE = 'Tu código es {{code}}.';

const T = NIP_TEXT;
const route = {
  channel: described(channelName, T.channel, 'whatsapp'),
  connector_uuid: uuidOrNull(T.connector_uuid),
};
const verification = z.strictObject({
  ...route,
  backup: described(
    z
      .strictObject({ ...route, after_failed_attempts: integer(T.after_failed_attempts, 2) })
      .nullable(),
    T.backup,
  ),
});

export const nip = described(
  z.strictObject({
    ...configFields('NIP'),
    name: text(T.name, 'WhatsApp'),
    type: described(z.enum(['generic']), T.type),
    first_verification: described(verification, T.first_verification),
    second_verification: described(verification.nullable(), T.second_verification, null),
    code: described(
      z.strictObject({
        length: integer(T.length, 6),
        expires_in: integer(T.expires_in, 600),
        max_wrong: integer(T.max_wrong, 5),
        max_sends: integer(T.max_sends, 5),
        resend_after: integer(T.resend_after, 30),
        receipt_timeout: integer(T.receipt_timeout, 60),
      }),
      T.code,
    ),
    messages: described(z.record(z.string(), z.string()), T.messages, { es: MESSAGE_EXAMPLE }),
  }),
  'A NIP configuration: the channels and limits of a one-time code.',
).meta({ id: 'Nip' });

export const sandboxMessage = described(
  z.strictObject({
    uuid: uuid('UUID of the message.'),
    channel: described(channelName, 'Channel of the message.', 'sms'),
    to: text('Phone in E.164 or email that the message went to.', '+525512345678'),
    from: text('Always `sandbox`.', 'sandbox'),
    subject: textOrNull('Subject of an email; null for other channels.', null),
    text: text(
      'Text of the message. The code is the first group of digits in it.',
      '482913 es tu código de Banco Ejemplo.',
    ),
    html: textOrNull('HTML of an email; null for other channels.', null),
    at: time("Time of the send, by the workflow's clock."),
    status: described(
      z.enum(['sent', 'delivered', 'undelivered']),
      'Receipt of the message: none yet, delivered, or undelivered.',
      'delivered',
    ),
  }),
  'A message that the sandbox accepted instead of sending it.',
).meta({ id: 'SandboxMessage' });
