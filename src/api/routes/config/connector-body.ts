/** Schemas of connectors by kind. */
import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { CODE, hasDigitsBeforeCode } from '../../../messaging/texts';
import { singleLine } from '../../fields';
import {
  CONNECTOR_TEXT as T,
  CONTENT_SID,
  CONTENT_VARIABLES,
  TEMPLATE_ID,
} from '../../openapi/connectors';
import { described } from '../../openapi/described';

/** A verification key of the examples. */
const PUBLIC_KEY_EXAMPLE =
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEFLRkW3dajNvHJP/EBLU+PZ0ROkdeHo0j7TcRd8lb3TXh0211Pe0FBPsU0o0+glGDjqIFltQfLFDVeR0IWz1HwA==';

const ALL = ['sms', 'whatsapp', 'email'] as const;

function channelsOf<const Name extends string>(names: readonly [Name, ...Name[]]) {
  return z
    .array(z.enum(names))
    .min(1)
    .refine((all) => new Set(all).size === all.length, 'names a channel twice');
}

const name = described(singleLine(100), T.name, 'Twilio México');
const kindOf = <const Kind extends string>(kind: Kind) => described(z.literal(kind), T.kind);
const credentialsText = `${T.credentials} Required at creation; a change without them keeps them.`;

const sandbox = z.strictObject({
  ...{ name, kind: kindOf('sandbox') },
  channels: described(channelsOf(ALL).default([...ALL]), `${T.channels} By default all three.`, [
    'sms',
  ]),
  receipts: described(z.boolean().default(true), `${T.receipts} By default true.`, true),
});

const phone = z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be a phone in E.164');
/** A phone, a messaging service, a short code, or a name of up to eleven letters. */
const smsSender = z
  .string()
  .regex(
    /^(\+[1-9]\d{6,14}|MG[0-9a-f]{32}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/,
    'must be a phone in E.164, a messaging service (MG…), a short code or a name',
  );
const perLanguage = (value: z.ZodString, example: string) =>
  z.strictObject({
    es: described(value.optional(), 'For messages in Spanish.', example),
    en: described(value.optional(), 'For messages in English.', example),
    pt: described(value.optional(), 'For messages in Portuguese.', example),
  });
const contentSid = z.string().regex(/^HX[0-9a-f]{32}$/, 'must be the SID of a template (HX…)');

const twilio = z
  .strictObject({
    ...{ name, kind: kindOf('twilio') },
    channels: described(
      channelsOf(['sms', 'whatsapp']).default(['sms']),
      `${T.channels} By default SMS.`,
      ['sms'],
    ),
    receipts: described(z.boolean().default(true), `${T.receipts} By default true.`, true),
    credentials: described(
      z
        .strictObject({
          account_sid: described(
            z.string().regex(/^AC[0-9a-f]{32}$/, 'must be an account SID (AC…)'),
            'SID of the account.',
            'AC0123456789abcdef0123456789abcdef',
          ),
          auth_token: described(
            z.string().regex(/^[0-9A-Za-z]{16,128}$/, "must be the account's auth token"),
            'Auth token of the account, which also signs its callbacks.',
            '0123456789abcdef0123456789abcdef',
          ),
          shared_key: described(
            z
              .string()
              .regex(/^[!-~]{16,512}$/, 'must be the secret of a shared key')
              .optional(),
            'Secret of the shared key with which a webhook rule of the Twilio account signs callbacks. By default the auth token signs.',
            '0123456789abcdef',
          ),
        })
        .optional(),
      credentialsText,
    ),
    sender: described(
      z.strictObject({
        sms: described(smsSender.optional(), `${T.sms} Required for \`sms\`.`, '+525512345678'),
        whatsapp: described(
          phone.optional(),
          `${T.whatsapp} Required for \`whatsapp\`.`,
          '+525512345678',
        ),
        content_sids: described(perLanguage(contentSid, CONTENT_SID).default({}), T.content_sids),
        content_variables: described(
          z
            .record(
              z.string().regex(/^\w{1,32}$/, 'must be 1 to 32 letters, digits or _'),
              singleLine(200).refine(
                (text) => !hasDigitsBeforeCode(text),
                `must hold no digits before ${CODE}`,
              ),
            )
            .refine((all) => Object.values(all).join().includes(CODE), `must hold ${CODE}`)
            .default({ 1: CODE }),
          T.content_variables,
          CONTENT_VARIABLES,
        ),
      }),
      T.sender,
    ),
  })
  .refine(({ channels, sender }) => !channels.includes('sms') || sender.sms !== undefined, {
    path: ['sender', 'sms'],
    message: 'is required for sms',
  })
  .refine(
    ({ channels, sender }) => !channels.includes('whatsapp') || sender.whatsapp !== undefined,
    { path: ['sender', 'whatsapp'], message: 'is required for whatsapp' },
  )
  .refine(
    ({ channels, sender }) =>
      !channels.includes('whatsapp') || Object.keys(sender.content_sids).length > 0,
    {
      path: ['sender', 'content_sids'],
      message: 'is required for whatsapp: an approved template for one language at least',
    },
  );

const sendgrid = z.strictObject({
  ...{ name, kind: kindOf('sendgrid') },
  channels: described(channelsOf(['email']).default(['email']), T.channels, ['email']),
  receipts: described(
    z.boolean().optional(),
    `${T.receipts} By default true where there is a \`webhook_public_key\`.`,
    true,
  ),
  credentials: described(
    z
      .strictObject({
        api_key: described(
          z.string().regex(/^SG\.[\w.-]{10,200}$/, 'must be an API key (SG.…)'),
          'API key that may send mail.',
          'SG.0123456789abcdef',
        ),
        webhook_public_key: described(
          z
            .string()
            .max(1_000)
            .refine(isPublicKey, "must be the event webhook's verification key")
            .optional(),
          T.webhook_public_key,
          PUBLIC_KEY_EXAMPLE,
        ),
      })
      .optional(),
    credentialsText,
  ),
  sender: described(
    z.strictObject({
      email: described(z.email().max(254), T.email, 'codigos@example.com'),
      name: described(singleLine(100).optional(), T.sender_name, 'Banco Ejemplo'),
      template_ids: described(
        perLanguage(
          z.string().regex(/^d-[0-9a-f]{32}$/, 'must be the id of a dynamic template (d-…)'),
          TEMPLATE_ID,
        ).default({}),
        T.template_ids,
      ),
    }),
    T.sender,
  ),
});

export const connectorBody = z.discriminatedUnion('kind', [sandbox, twilio, sendgrid]);
export type ConnectorBody = z.infer<typeof connectorBody>;

/** Returns true for a public key as SendGrid shows it: a P-256 key in DER, base64. */
function isPublicKey(text: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ec';
  } catch {
    return false;
  }
}
