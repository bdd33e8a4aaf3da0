import { z } from 'zod';
import { CODE, hasDigitsBeforeCode } from '../../../messaging/texts';
import { faultOfLine } from '../../../domain/identifiers/one-line';
import type { NipFields } from '../../../store/configuration/configuration';
import { configRoutes } from '../../config-resource';
import { singleLine } from '../../fields';
import { ApiError } from '../../problems';
import type { ApiDependencies } from '../../dependencies';
import { nip } from '../../openapi/configuration';
import { validationFailed, type FieldError } from '../../../application/domain-error';

const channel = z.enum(['sms', 'whatsapp', 'email']);
const route = { channel, connector_uuid: z.uuid().toLowerCase().nullable().default(null) };
const verification = z.strictObject({
  ...route,
  backup: z
    .strictObject({ after_failed_attempts: z.int().min(1).max(5), ...route })
    .nullable()
    .default(null),
});

/** Maximum wrong codes for codes shorter than six digits. */
const SHORT_MAX_WRONG = 3;
const code = z
  .strictObject({
    length: z.int().min(4).max(8).default(6),
    expires_in: z.int().min(60).max(900).default(600),
    max_wrong: z.int().min(1).max(10).optional(),
    max_sends: z.int().min(2).max(10).default(5),
    resend_after: z.int().min(1).max(300).default(30),
    receipt_timeout: z.int().min(1).max(600).default(60),
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
  name: singleLine(100),
  type: z.literal('generic').default('generic'),
  first_verification: verification,
  second_verification: verification.nullable().default(null),
  code: code.prefault({}),
  messages: z
    .strictObject({ es: message.optional(), en: message.optional(), pt: message.optional() })
    .default({}),
});

type Body = z.infer<typeof body>;

/** Routes for NIP configurations (kiban's NIPs). */
export const nipRoutes = configRoutes<NipFields, Body>({
  path: 'nips',
  name: 'NIP',
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
