import { z } from 'zod';
import { CODE, hasDigitsBeforeCode } from '../../../messaging/texts';
import { faultOfLine } from '../../../domain/identifiers/one-line';
import type { NipFields } from '../../../store/configuration/configuration';
import { configRoutes } from '../../config-resource';
import { singleLine } from '../../fields';
import { ApiError } from '../../problems';
import type { ApiDependencies } from '../../dependencies';
import { MESSAGE_EXAMPLE, nip, NIP_TEXT as T } from '../../openapi/nips';
import { validationFailed, type FieldError } from '../../../application/domain-error';
import { described, channelName, UUID } from '../../openapi/described';

const route = {
  channel: described(channelName, T.channel, 'whatsapp'),
  connector_uuid: described(
    z.uuid().toLowerCase().nullable().default(null),
    T.connector_uuid,
    UUID,
  ),
};
const verification = z.strictObject({
  ...route,
  backup: described(
    z
      .strictObject({
        after_failed_attempts: described(z.int().min(1).max(5), T.after_failed_attempts, 2),
        ...route,
      })
      .nullable()
      .default(null),
    T.backup,
  ),
});

/** Maximum wrong codes for codes shorter than six digits. */
const SHORT_MAX_WRONG = 3;
const code = z
  .strictObject({
    length: described(z.int().min(4).max(8).default(6), T.length, 6),
    expires_in: described(z.int().min(60).max(900).default(600), T.expires_in, 600),
    max_wrong: described(z.int().min(1).max(10).optional(), T.max_wrong, 5),
    max_sends: described(z.int().min(2).max(10).default(5), T.max_sends, 5),
    resend_after: described(z.int().min(1).max(300).default(30), T.resend_after, 30),
    receipt_timeout: described(z.int().min(1).max(600).default(60), T.receipt_timeout, 60),
  })
  .transform((given) => ({
    ...given,
    max_wrong: given.max_wrong ?? (given.length < 6 ? SHORT_MAX_WRONG : 5),
  }))
  .refine(({ length, max_wrong }) => length >= 6 || max_wrong <= SHORT_MAX_WRONG, {
    path: ['max_wrong'],
    message: `is at most ${SHORT_MAX_WRONG} under six digits`,
  });

/** A text with `{{code}}`. Phones offer the first group of digits as the code. */
const message = z
  .string()
  .max(480)
  .refine((text) => text.split(CODE).length === 2, `must hold ${CODE} once`)
  .refine((text) => !hasDigitsBeforeCode(text), `must hold no digits before ${CODE}`)
  .refine(
    (text) =>
      text.split('\n').every((part) => part.trim() === '' || faultOfLine(part) === undefined),
    'must not hold control or text direction characters',
  );

const body = z.strictObject({
  name: described(singleLine(100), T.name, 'WhatsApp'),
  type: described(z.literal('generic').default('generic'), T.type),
  first_verification: described(verification, T.first_verification),
  second_verification: described(verification.nullable().default(null), T.second_verification),
  code: described(code.prefault({}), T.code),
  messages: described(
    z
      .strictObject({
        es: described(message.optional(), 'Text in Spanish.', MESSAGE_EXAMPLE),
        en: described(message.optional(), 'Text in English.', 'Your code is {{code}}.'),
        pt: described(message.optional(), 'Text in Portuguese.', 'Seu código é {{code}}.'),
      })
      .default({}),
    T.messages,
  ),
});

type Body = z.infer<typeof body>;

/** Routes for NIP configurations (kiban's NIPs). */
export const nipRoutes = configRoutes<NipFields, Body>({
  path: 'nips',
  name: 'NIP',
  purpose:
    'A NIP configuration says through which channels a one-time code is sent, with which backup, and its limits. Steps that send codes name it by `nip_uuid`; those that name none use the default of the account.',
  store: (deps) => deps.nips,
  body,
  document: nip,
  templateField: 'nip_uuid',
  requireNoDefault,
  example: {
    name: 'WhatsApp',
    first_verification: { channel: 'whatsapp' },
    code: { length: 6, expires_in: 600 },
  },
  asSent: ({ name, type, first_verification, second_verification, code: given, messages }) => ({
    ...{ name, type, first_verification, second_verification, code: given, messages },
  }),
  async check(given, deps, accountUuid) {
    const { first_verification: first, second_verification: second } = given;
    const check = { max_sends: given.code.max_sends, deps, accountUuid };
    const faults = [
      ...(await faultsOf('first_verification', first, check)),
      ...(await faultsOf('second_verification', second, check)),
    ];
    if (faults.length > 0) throw validationFailed(faults);
    const messages = Object.fromEntries(
      Object.entries(given.messages).filter((entry): entry is [string, string] => !!entry[1]),
    );
    return { ...given, messages };
  },
});

/** Fields of the account that name a NIP. */
const DEFAULTS = ['default_nip_uuid', 'default_email_nip_uuid'] as const;

/** @throws ApiError `in_use`. */
async function requireNoDefault(
  uuid: string,
  { accounts }: ApiDependencies,
  accountUuid: string,
): Promise<void> {
  // The cached account may be seconds old.
  accounts.evictFromCache(accountUuid);
  const account = await accounts.findAccount(accountUuid);
  const fields = DEFAULTS.filter((field) => account?.[field] === uuid);
  if (fields.length === 0) return;
  const message = 'The account uses this NIP by default. Set another one by PUT /v1/account first.';
  const details = fields.map((field) => ({ path: `account.${field}`, message: uuid }));
  throw new ApiError('in_use', message, details);
}

interface Check {
  max_sends: number;
  deps: ApiDependencies;
  accountUuid: string;
}

async function faultsOf(
  path: string,
  given: Body['first_verification'] | null,
  { max_sends, deps, accountUuid }: Check,
): Promise<FieldError[]> {
  if (given === null) return [];
  const { backup } = given;
  const routes = [{ path, ...given }, ...(backup ? [{ path: `${path}.backup`, ...backup }] : [])];
  const faults: FieldError[] = [];
  for (const each of routes) {
    const place = `${each.path}.connector_uuid`;
    if (each.connector_uuid === null) {
      if (each.channel !== 'whatsapp') {
        faults.push({ path: place, message: `is required for ${each.channel}` });
      }
      continue;
    }
    const connector = await deps.connectors.find(accountUuid, each.connector_uuid);
    if (connector === null) faults.push({ path: place, message: 'is no connector' });
    else if (!connector.channels.includes(each.channel)) {
      faults.push({ path: place, message: `does not serve ${each.channel}` });
    }
  }
  if (backup !== null && backup.after_failed_attempts >= max_sends) {
    const at = `${path}.backup.after_failed_attempts`;
    faults.push({ path: at, message: 'must be less than code.max_sends' });
  }
  return faults;
}
