/** Kind C: somebody's text in another: the account's name in messages, and letters that double the price. */
import { isOneSms } from '../../../src/messaging/sms-units';
import { numbered, type Row } from './row';
import { brief, until } from './tenant';
import type { World } from './world';

interface Message {
  subject: string | null;
  text: string;
  html: string | null;
}
/** The longest name that an account may have. */
const LONGEST_NAME =
  'Institución Nacional de Crédito y Ahorro Popular de Xochimilco y Milpa Alta, S. A. de C. V., S. F. P.';
const CODE = /^\d{6} /;

/** The message with a code of a new account. */
async function messageOf(world: World, account: object, channel = 'sms'): Promise<Message> {
  const { test } = await world.account(account);
  const connector_uuid = await test.made('/v1/connectors', { name: 'S', kind: 'sandbox' });
  const first_verification = { channel, connector_uuid };
  const nip_uuid = await test.made('/v1/nips', { name: 'N', first_verification });
  const to = { phone: '+525512340019', email: 'ana@example.com' };
  await test.step('nip', { nip_uuid, ...to });
  return until(`a message by ${channel}`, async () => {
    const { result } = await test.call<{ data: Message[] }>('/v1/sandbox/messages?per_page=1');
    return result.data[0];
  });
}

const named = (name: string): Omit<Row, 'id'>[] => [
  {
    what: `an account called ${name}, by SMS`,
    ask: async (world) => {
      const { text } = await messageOf(world, { name });
      return [text.replace(CODE, ''), isOneSms(text)];
    },
    right: [expect.stringContaining(`es tu clave de ${name}.`) as string, true],
  },
  {
    what: `an account called ${name}, by email`,
    ask: async (world) => {
      const { subject, text, html } = await messageOf(world, { name }, 'email');
      const written = html?.replaceAll('&amp;', '&') ?? '';
      return [subject, text.includes(`; ${name} nunca`), written.includes(`; ${name} nunca`)];
    },
    right: [`${name}: tu código de verificación`, true, true],
  },
];

const renamed = (name: string): Omit<Row, 'id'> => ({
  what: `an account to be called ${JSON.stringify(name)}`,
  ask: async ({ test }) => brief(await test.call('/v1/account', { method: 'PUT', body: { name } })),
  right: '400 validation_failed name',
});

const priced = (language: string, name: string): Omit<Row, 'id'> => ({
  what: `a standard SMS in ${language} of an account with a name of ${name.length} letters`,
  ask: async (world) => {
    const { text } = await messageOf(world, { name, language });
    return [isOneSms(text), /\d+/.exec(text)?.[0].length, text.includes('#')];
  },
  right: [true, 6, true],
});

const submitted = (step: string, field: string, data: object): Omit<Row, 'id'> => ({
  what: `${field} of ${step} in two lines`,
  ask: async ({ test }) => brief(await test.submit(await test.step(step), data)),
  right: `422 submission_refused data.${field}`,
});

const LINES = 'Línea\r\nBcc: otro@example.com';
const ADDRESS = { street: LINES, exterior_number: '1', neighborhood: 'C', municipality: 'M' };

export const messageRows: Row[] = numbered('F-C', [
  ...['Pre$$tamos Ya', 'Caja $& Más', "Banco $' Uno"].flatMap(named),
  renamed(LINES),
  submitted('personal_address', 'street', { ...ADDRESS, state: 'S', zip_code: '01000' }),
  submitted('personal_bank_data', 'account_holder', {
    clabe: '646180000123456789',
    account_holder: LINES,
  }),
  ...['es', 'en', 'pt'].flatMap((language) => [
    priced(language, 'Campo'),
    priced(language, LONGEST_NAME.slice(0, 100)),
  ]),
]);
