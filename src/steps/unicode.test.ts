/** Text as Unicode has it, in every kind of field that people fill in. */
import { formData, formField } from './custom-form/form-data';
import { code } from './shared/fields';
import { stepSchema } from './schemas';

const ok = (value: unknown) => ({ stored: value });
const at = (...path: (string | number)[]) => ({ refused: path.join('.') });

/** Returns the stored value of a field, or the path of the error. */
function outcome(
  schema: { safeParse(value: unknown): { success: boolean; data?: unknown; error?: Fault } },
  data: object,
  field: string,
) {
  const { success, data: parsed, error } = schema.safeParse(data);
  if (success) return ok((parsed as Record<string, unknown>)[field]);
  return at(...(error?.issues[0]?.path ?? []).map(String));
}
interface Fault {
  issues: { path: PropertyKey[] }[];
}

const field = (more: object, value: unknown) => {
  const parsed = formField.parse({ key: 'x', label: 'X', required: true, ...more });
  return outcome(formData([parsed]), { x: value }, 'x');
};

test.each<[more: object, value: unknown, expected: object]>([
  [{ type: 'phone' }, '\u202a+525512345678\u202c', ok('+525512345678')],
  [{ type: 'phone' }, '+525512345678\u200b', ok('+525512345678')],
  [{ type: 'phone' }, '+5215512345678', ok('+525512345678')],
  [{ type: 'phone' }, '+52 55 1234 5678', ok('+525512345678')],
  [{ type: 'phone' }, '0052-55-1234-5678', ok('+525512345678')],
  [{ type: 'phone' }, '55 1234 5678', at('x')],
  [{ type: 'phone' }, '+541143210000', ok('+541143210000')],
  [{ type: 'email' }, 'ana@example.com\u200b', ok('ana@example.com')],
  [{ type: 'email' }, 'ana@españa.example', ok('ana@xn--espaa-rta.example')],
  [{ type: 'email' }, "ana'@example.com", ok("ana'@example.com")],
  [{ type: 'email' }, `a${'\u0301\u0323'.repeat(200_000)}@example.com`, at('x')],
  [
    { type: 'text', pattern: '[A-Za-zÁÉÍÓÚÜáéíóúüÑñ ]+' },
    'Jose\u0301 Nu\u0301n\u0303ez',
    ok('José Núñez'),
  ],
  [{ type: 'text', pattern: 'Jose\u0301' }, 'José', ok('José')],
  [{ type: 'select', options: ['Sí', 'No'] }, 'Si\u0301', ok('Sí')],
  [{ type: 'select', options: ['Si\u0301', 'No'] }, 'Sí', ok('Sí')],
  [{ type: 'select', options: ['Sí', 'No'] }, 'Si', at('x')],
  [{ type: 'text', max: 4 }, 'Jose\u0301', ok('José')],
  [{ type: 'text', max: 1 }, '🙏', ok('🙏')],
  [{ type: 'text', min: 2 }, '🙏', at('x')],
  [{ type: 'text', max: 4 }, 'Josés', at('x')],
  [{ type: 'text' }, '\u200bAna\u2060 ', ok('Ana')],
  [{ type: 'text' }, '👩\u200d👧 ❤\ufe0f', ok('👩\u200d👧 ❤\ufe0f')],
  [{ type: 'text' }, '\u200b\u2060', at('x')],
  [{ type: 'text' }, 'a\u202eb', at('x')],
  [{ type: 'text' }, 'a\ud800', at('x')],
  [{ type: 'text' }, 'a\nb', at('x')],
  [{ type: 'textarea' }, 'a\r\n\tJose\u0301', ok('a\r\n\tJosé')],
  [{ type: 'textarea' }, 'a\udc00b', at('x')],
  [{ type: 'textarea' }, 'a\0b', at('x')],
  [{ type: 'textarea' }, 'a\u202eb', at('x')],
  [{ type: 'textarea' }, '\u200b\n', at('x')],
  [{ type: 'textarea', required: false }, '', ok('')],
  [{ type: 'textarea' }, `a${'\u0301\u0323'.repeat(200_000)}`, at('x')],
])('a form field %j parses %j', (more, value, expected) => {
  expect(field(more, value)).toEqual(expected);
});

const ADDRESS = {
  ...{ street: 'A', exterior_number: '1', neighborhood: 'C', municipality: 'M', state: 'S' },
  zip_code: '01000',
};
const BANK = { clabe: '646180000123456789', account_holder: 'A B' };
const JOB = { employment_status: 'retired' };

test.each<[step: string, field: string, data: object, expected: object]>([
  ['enroll_simple', 'curp', { curp: 'ZUQE900215HJCXBL02\u200b' }, ok('ZUQE900215HJCXBL02')],
  ['enroll_simple', 'curp', { curp: '\u200eZUQE900215HJCXBL02' }, ok('ZUQE900215HJCXBL02')],
  ['enroll_simple', 'curp', { curp: 'ZUQE\u2011900215HJCXBL02' }, ok('ZUQE900215HJCXBL02')],
  ['enroll_simple', 'curp', { curp: 'zuqe 900215\u2007hjcxbl 02' }, ok('ZUQE900215HJCXBL02')],
  [
    ...(['personal_bank_data', 'clabe'] as const),
    { ...BANK, clabe: '646180000123456789\u200b' },
    ok('646180000123456789'),
  ],
  [
    ...(['personal_bank_data', 'clabe'] as const),
    { ...BANK, clabe: '646\u2013180000123456789' },
    ok('646180000123456789'),
  ],
  [
    ...(['personal_bank_data', 'account_holder'] as const),
    { ...BANK, account_holder: '\u200b\u2060' },
    at('account_holder'),
  ],
  [
    ...(['personal_bank_data', 'account_holder'] as const),
    { ...BANK, account_holder: 'Nu\u0301n\u0303ez\u200b' },
    ok('Núñez'),
  ],
  [
    ...(['personal_bank_data', 'rfc'] as const),
    { ...BANK, rfc: 'GODE\u2014561231\u200bGR8' },
    ok('GODE561231GR8'),
  ],
  [
    ...(['personal_address', 'zip_code'] as const),
    { ...ADDRESS, zip_code: '01000\u200b' },
    ok('01000'),
  ],
  [
    ...(['personal_address', 'zip_code'] as const),
    { ...ADDRESS, country: 'BR', zip_code: '01310\u2011100' },
    ok('01310-100'),
  ],
  [
    ...(['personal_job_detail', 'company_zip_code'] as const),
    { ...JOB, company_zip_code: 'sw1a\u00a01aa' },
    ok('SW1A 1AA'),
  ],
  [
    ...(['personal_job_detail', 'company_phone'] as const),
    { ...JOB, company_phone: '+54 11 4321-0000' },
    ok('+541143210000'),
  ],
  ['verify_phone_number', 'phone', { phone: '+54 11 2345 6789' }, ok('+5491123456789')],
  ['document_qr', 'text', { text: '@\n\x1e\rANSI ' }, ok('@\n\x1e\rANSI ')],
  ['document_qr', 'text', { text: 'a\ud83d' }, at('text')],
])('%s %s parses %j', (step, name, data, expected) => {
  const schema = stepSchema(step);
  expect(schema && outcome(schema.data, data, name)).toEqual(expected);
});

test.each(['PA', 'BO', 'HK', 'AE', 'HN', 'AO', 'hk'])(
  'an address in %s needs no postal code',
  (country) => {
    const schema = stepSchema('personal_address')?.data;
    for (const zip_code of [undefined, null, '', '\u200b']) {
      const { data } = schema?.safeParse({ ...ADDRESS, country, zip_code }) ?? {};
      expect(data).toMatchObject({ zip_code: null, country: country.toUpperCase() });
    }
  },
);

test.each([
  ...['MX', 'BR', 'US', 'ES', 'DE'].map((country) => [country, 'zip_code']),
  ...['ZZ', 'XX', 'Mexico', '', 'M'].map((country) => [country, 'country']),
])('in %j an address without a postal code is refused at %s', (country, path) => {
  const { error } = stepSchema('personal_address')!.data.safeParse({
    ...{ ...ADDRESS, zip_code: path === 'country' ? '01000' : undefined },
    country,
  });
  expect(error?.issues.map((issue) => issue.path)).toEqual([[path]]);
});

test.each(['1234\u200b', '\u200e1234', '\u20681234\u2069', '12\u201134', ' 12 34 ', '12\u00a034'])(
  'a code is accepted as %j',
  (text) => {
    expect(code.parse(text)).toBe('1234');
  },
);

test.each(['١٢٣٤', '123', '12a4', '1'.repeat(9)])('a code is refused as %j', (text) => {
  expect(code.safeParse(text).error?.issues[0]?.message).toBe(
    'must be the 4 to 8 digits of the code',
  );
});
