/** Schemas of connectors by kind. */
import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { CODE, hasDigitsBeforeCode } from '../../../messaging/texts';
import { singleLine } from '../../fields';

const ALL = ['sms', 'whatsapp', 'email'] as const;

function channelsOf<const Name extends string>(names: readonly [Name, ...Name[]]) {
  return z
    .array(z.enum(names))
    .min(1)
    .refine((all) => new Set(all).size === all.length, 'names a channel twice');
}

const name = singleLine(100);

const sandbox = z.strictObject({
  ...{ name, kind: z.literal('sandbox') },
  channels: channelsOf(ALL).default([...ALL]),
  receipts: z.boolean().default(true),
});

const phone = z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be a phone in E.164');
/** A phone, a messaging service, a short code, or a name of up to eleven letters. */
const smsSender = z
  .string()
  .regex(
    /^(\+[1-9]\d{6,14}|MG[0-9a-f]{32}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/,
    'must be a phone in E.164, a messaging service (MG…), a short code or a name',
  );
const perLanguage = (value: z.ZodString) =>
  z.strictObject({ es: value.optional(), en: value.optional(), pt: value.optional() });
const contentSid = z.string().regex(/^HX[0-9a-f]{32}$/, 'must be the SID of a template (HX…)');

const twilio = z
  .strictObject({
    ...{ name, kind: z.literal('twilio') },
    channels: channelsOf(['sms', 'whatsapp']).default(['sms']),
    receipts: z.boolean().default(true),
    credentials: z
      .strictObject({
        account_sid: z.string().regex(/^AC[0-9a-f]{32}$/, 'must be an account SID (AC…)'),
        auth_token: z.string().regex(/^[0-9A-Za-z]{16,128}$/, "must be the account's auth token"),
        shared_key: z
          .string()
          .regex(/^[!-~]{16,512}$/, 'must be the secret of a shared key')
          .optional()
          .meta({
            description:
              'Secret of the shared key with which a webhook rule of the Twilio account signs callbacks.',
          }),
      })
      .optional(),
    sender: z.strictObject({
      sms: smsSender.optional(),
      whatsapp: phone.optional(),
      content_sids: perLanguage(contentSid).default({}),
      content_variables: z
        .record(
          z.string().regex(/^\w{1,32}$/, 'must be 1 to 32 letters, digits or _'),
          singleLine(200).refine(
            (text) => !hasDigitsBeforeCode(text),
            `must hold no digits before ${CODE}`,
          ),
        )
        .refine((all) => Object.values(all).join().includes(CODE), `must hold ${CODE}`)
        .default({ 1: CODE }),
    }),
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
  ...{ name, kind: z.literal('sendgrid') },
  channels: channelsOf(['email']).default(['email']),
  receipts: z.boolean().optional(),
  credentials: z
    .strictObject({
      api_key: z.string().regex(/^SG\.[\w.-]{10,200}$/, 'must be an API key (SG.…)'),
      webhook_public_key: z
        .string()
        .max(1_000)
        .refine(isPublicKey, "must be the event webhook's verification key")
        .optional(),
    })
    .optional(),
  sender: z.strictObject({
    email: z.email().max(254),
    name: name.optional(),
    template_ids: perLanguage(
      z.string().regex(/^d-[0-9a-f]{32}$/, 'must be the id of a dynamic template (d-…)'),
    ).default({}),
  }),
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
