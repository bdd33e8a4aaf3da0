/** Kinds H, I, J and K: texts as Unicode has them, addresses of people, countries, and texts in a URL. */
import { numbered, type Row } from './row';
import { brief, type Tenant } from './tenant';

/** Submits a form of one field, and returns the answer and the stored value. */
const field = (definition: object, value: string, right: string): Omit<Row, 'id'> => ({
  what: `${JSON.stringify(value)} in a field ${JSON.stringify(definition)}`,
  ask: async ({ test }) => {
    const fields = [{ key: 'x', label: 'X', required: true, ...definition }];
    const form_uuid = await test.made('/v1/forms', { name: 'F', fields });
    return kept(test, 'custom_form', { x: value }, { setup: { form_uuid }, name: 'x' });
  },
  right: ['200', right],
});

/** Submits a step's data, and returns the answer and the stored value of a field. */
const step = (name: string, key: string, data: object, right: string | null): Omit<Row, 'id'> => ({
  what: `${name} ${JSON.stringify(data)}`,
  ask: ({ test }) => kept(test, key, data, { name }),
  right: ['200', right],
});

async function kept(
  test: Tenant,
  step: string,
  data: object,
  { name, setup }: { name: string; setup?: object },
): Promise<unknown[]> {
  const uuid = await test.step(step, setup);
  const answer = brief(await test.submit(uuid, data));
  return [answer, answer === '200' ? (await test.read(uuid)).payload?.[name] : undefined];
}

const BANK = { clabe: '646180000123456789', account_holder: 'A B' };
const ADDRESS = {
  ...{ street: 'A', exterior_number: '1', neighborhood: 'C', municipality: 'M', state: 'S' },
  zip_code: '01000',
};
const curp = (text: string) => step('curp', 'enroll_simple', { curp: text }, 'ZUQE900215HJCXBL02');
const phone = { type: 'phone' };
const email = { type: 'email' };

/** A code of the sandbox, typed with these characters around it. */
const code = (before: string, behind: string): Omit<Row, 'id'> => ({
  what: `a code as ${JSON.stringify(`${before}123456${behind}`)}`,
  ask: async (world) => {
    const { test, sandbox } = world;
    const to = `+5255${String(Math.random()).slice(2, 10)}`;
    const { uuid } = await world.sent(test, 'nip', { nip_uuid: sandbox.sms, phone: to });
    const { result } = await test.call<{ data: { text: string }[] }>(
      `/v1/sandbox/messages?to=${encodeURIComponent(to)}`,
    );
    const typed = /\d+/.exec(result.data[0]?.text ?? '')?.[0] ?? '';
    const answer = await test.submit(uuid, { code: `${before}${typed}${behind}` });
    return [brief(answer), answer.result.run.status];
  },
  right: ['200', 'success'],
});

const invisible = (name: string, key: string, data: object): Omit<Row, 'id'> => ({
  what: `${name} of ${key} without anything to be seen: ${JSON.stringify(data)}`,
  ask: async ({ test, sandbox }) => {
    const setup = key === 'cdc_authorization' ? { nip_uuid: sandbox.sms } : undefined;
    const step = await test.step(key, setup, { phone: '+525512340998' });
    return brief(await test.submit(step, data));
  },
  right: `422 submission_refused data.${name}`,
});

const unicodeRows: Row[] = numbered('F-H', [
  field(phone, '\u202a+525512345678\u202c', '+525512345678'),
  field(phone, '+525512345678\u200b', '+525512345678'),
  field(email, 'ana@example.com\u200b', 'ana@example.com'),
  curp('ZUQE900215HJCXBL02\u200b'),
  curp('\u200eZUQE900215HJCXBL02'),
  curp('ZUQE\u2011900215HJCXBL02'),
  step('clabe', 'personal_bank_data', { ...BANK, clabe: '646180000123456789\u200b' }, BANK.clabe),
  step('clabe', 'personal_bank_data', { ...BANK, clabe: '646\u2013180000123456789' }, BANK.clabe),
  step('zip_code', 'personal_address', { ...ADDRESS, zip_code: '01000\u200b' }, '01000'),
  code('', '\u200b'),
  code('\u200e', ''),
  code('\u2068', '\u2069'),
  invisible('account_holder', 'personal_bank_data', { ...BANK, account_holder: '\u200b\u2060' }),
  invisible('street', 'personal_address', { ...ADDRESS, street: '\u200b' }),
  invisible('full_name', 'cdc_authorization', {
    full_name: '\u2060',
    rfc: 'GODE561231GR8',
    accepted: true,
  }),
  field(
    { type: 'text', pattern: '[A-Za-zÁÉÍÓÚÜáéíóúüÑñ ]+' },
    'Jose\u0301 Nu\u0301n\u0303ez',
    'José Núñez',
  ),
  field({ type: 'select', options: ['Sí', 'No'] }, 'Si\u0301', 'Sí'),
  field({ type: 'text', max: 4 }, 'Jose\u0301', 'José'),
  {
    what: 'a reference in the other form of its letters',
    ask: async ({ test }) => {
      const terms = { acceptance: { text: 'A', version: '1' } };
      const given = { external_reference_id: 'Núñez-1' };
      const { uuid } = await test.run({ steps: ['acceptance'], setup: terms, ...given });
      const query = new URLSearchParams({ external_reference_id: 'Nu\u0301n\u0303ez-1' });
      const { result } = await test.call<{ uuid: string }[]>(`/v1/workflows?${query.toString()}`);
      return result.map((run) => run.uuid === uuid);
    },
    right: [true],
  },
]);

const LOCAL = ['ana&luis', 'fax/12', 'srs0=abc=x', 'ana#1', 'user!x', "ana'"];

const addressRows: Row[] = numbered('F-I', [
  field(phone, '+5215512345678', '+525512345678'),
  {
    what: 'runs of a phone in the form of until 2019',
    ask: async ({ test }) => {
      const run = await test.run({ steps: ['personal_address'], phone: '+525512345679' });
      const { result } = await test.call<{ uuid: string }[]>(
        '/v1/workflows?phone=%2B5215512345679',
      );
      return result.map(({ uuid }) => uuid === run.uuid);
    },
    right: [true],
  },
  field(phone, '+52 55 1234 5678', '+525512345678'),
  field(phone, '+52-55-1234-5678', '+525512345678'),
  field(phone, '005255 1234 5678', '+525512345678'),
  {
    what: 'a phone as a person writes it in verify_phone_number',
    ask: async ({ test, sandbox }) => {
      const uuid = await test.step('verify_phone_number', { nip_uuid: sandbox.sms });
      const answer = brief(await test.submit(uuid, { phone: '0052 (55) 1234-5678' }));
      return [answer, (await test.read(uuid)).payload?.['phone']];
    },
    right: ['200', '+525512345678'],
  },
  ...LOCAL.map((local) => field(email, `${local}@example.com`, `${local}@example.com`)),
  field(email, 'ana@example.xn--mgbaam7a8h', 'ana@example.xn--mgbaam7a8h'),
  field(email, 'ana@españa.example', 'ana@xn--espaa-rta.example'),
]);

const { zip_code: _zip, ...WITHOUT } = ADDRESS;

const countryRows: Row[] = numbered('F-J', [
  ...['PA', 'BO', 'HK', 'AE'].map((country) =>
    step('zip_code', 'personal_address', { ...WITHOUT, exterior_number: 'S/N', country }, null),
  ),
  ...['MX', 'BR', 'US', 'ES'].map((country) =>
    invisible('zip_code', 'personal_address', { ...WITHOUT, country }),
  ),
]);

const found = (query: string): Omit<Row, 'id'> => ({
  what: `runs?${query}`,
  ask: async ({ test }) => {
    const run = await test.run({ steps: ['personal_address'], phone: '+525512345670' });
    const { status, result } = await test.call<{ uuid: string }[]>(
      `/v1/workflows?per_page=100&${query}`,
    );
    return [status, result.some(({ uuid }) => uuid === run.uuid)];
  },
  right: [200, true],
});

const queryRows: Row[] = numbered('F-K', [
  found('phone=+525512345670&created_after=2026-01-01T00:00:00+00:00'),
  found('phone=+525512345670'),
  found('phone=%2B525512345670&created_after=2026-01-01T00:00:00%2B00:00'),
]);

export const textRows: Row[] = [...unicodeRows, ...addressRows, ...countryRows, ...queryRows];
