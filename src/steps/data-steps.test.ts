import type { Json } from '../domain/run/events';
import { curpCheckDigit } from '../domain/identifiers/curp';
import type { StepKey } from './index';
import { stepSchemas } from './schemas';

const at = Date.UTC(2026, 10, 24);

function faultsOf(key: StepKey, data: object): (readonly [string, string])[] {
  const { error } = stepSchemas[key].data.safeParse(data);
  return (error?.issues ?? []).map(({ path, message }) => [path.join('.'), message] as const);
}

function payloadOf(key: StepKey, data: object): Json {
  const schema = stepSchemas[key];
  const client = { ip: null, user_agent: null };
  const reception = { setup: {} as never, resolved: null, codeFacts: () => null, client, at };
  return schema.receive(schema.data.parse(data), reception).payload;
}

const MEANS = { monthly_income: 1, income_source: 'pension' };
const FRIEND = { full_name: 'Ana', relationship: 'friend', phone: '+525512345678' };

describe('the data of a step', () => {
  it.each<[StepKey, object, string, string]>([
    [
      'enroll_simple',
      { curp: 'HEGG560427MVZRRL05' },
      'curp',
      'is no CURP: its check digit is wrong',
    ],
    ['enroll_simple', {}, 'curp', 'expected string'],
    ['personal_bank_data', { clabe: '1', account_holder: 'A' }, 'clabe', '18 digits'],
    ['personal_financial', { ...MEANS, rfc: 'X' }, 'rfc', 'must be an RFC'],
    ['personal_financial', { ...MEANS, monthly_income: -1 }, 'monthly_income', '>=0'],
    [
      'personal_job_detail',
      { employment_status: 'employed', job_title: 'A' },
      'company_name',
      'of',
    ],
    [
      'personal_job_detail',
      { employment_status: 'retired', started_on: '2999-01-01' },
      'started_on',
      'future',
    ],
    ['personal_references', { references: [FRIEND, FRIEND] }, 'references.1.phone', 'another'],
    [
      'personal_references',
      { references: [{ ...FRIEND, phone: '55' }] },
      'references.0.phone',
      'E.164',
    ],
  ])('%s %j has an error at %s', (key, data, path, message) => {
    expect(faultsOf(key, data)).toEqual([[path, expect.stringContaining(message)]]);
  });

  it('may have an RFC with a wrong check digit, which sets a warning in the payload', () => {
    const payload = payloadOf('personal_financial', { ...MEANS, rfc: 'GODE561231GR9' });
    expect(payload).toMatchObject({ rfc: 'GODE561231GR9', rfc_warnings: ['check_digit'] });
  });

  it('has null in the payload for an omitted field', () => {
    expect(payloadOf('personal_financial', MEANS)).toEqual({
      ...{ ...MEANS, additional_income: null, monthly_expenses: null, currency: 'MXN' },
      ...{ monthly_debt_payments: null, economic_dependents: null, housing: null, curp: null },
      ...{ is_politically_exposed: null, acts_on_own_behalf: null },
      ...{ rfc: null, rfc_kind: null, rfc_warnings: null },
    });
  });
});

it('an age is computed for the current day in Mexico', () => {
  // 24 November in UTC, still the evening of the 23rd in Mexico.
  const ageOf = (first17: string) => {
    const curp = first17 + curpCheckDigit(first17);
    return (payloadOf('enroll_simple', { curp }) as { age: number }).age;
  };
  expect(ageOf('HEGG081123MVZRRLA')).toBe(18);
  expect(ageOf('HEGG081124MVZRRLA')).toBe(17);
});
