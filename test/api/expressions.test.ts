/** Tests the validation of expressions, as an editor calls it. */
import { TestApi } from '../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const check = (expression: unknown) =>
  api.call<unknown>('/v1/expressions/validate', { body: { expression } });

test.each([
  ["5 > 10 ? 'true': 'false'"],
  ["enroll_full['payload']['biometrics']['matchLevel'] >= 5"],
  ["email != 'example@example.com'"],
])('a valid expression returns Ok: %s', async (expression) => {
  const { status, body } = await check(expression);
  expect([status, body]).toEqual([200, { success: true, result: 'Ok' }]);
});

test.each([
  ["enroll_full['payload']['biometrics']['matchLevel'] >= 5}", 'position 55: '],
  ['constructor.constructor("return 1")()', 'position 12: '],
  ['x = 5', 'position 2: '],
  ['', 'position 0: '],
])(
  'an invalid expression is refused with the position of its error: %s',
  async (expression, expected) => {
    const { status, body } = await check(expression);
    expect([status, body.error.code]).toEqual([400, 'invalid_expression']);
    expect(body.error.details).toEqual([
      { path: 'expression', message: expect.stringContaining(expected) },
    ]);
  },
);

test.each([
  ["housing == 'rented' || housing == 'owned'", 'position 20: write "and" or "or"'],
  ['monthly_income >= 100 || true', 'position 22: write "and" or "or"'],
  ['true && false', 'position 5: write "and" or "or"'],
  ['a == null', 'position 5: there is no null'],
  ['1 < x < 3', 'position 6: comparisons cannot be chained; write "a < b and b < c"'],
  ['a == b == c', 'position 7: comparisons cannot be chained'],
  ["not housing == 'owned'", 'position 0: "not" would apply to the first value alone'],
  ["housing == 'rented' or 'owned'", 'position 23: "or" stands between conditions'],
  ["5 == '5'", 'position 2: compares a number with a text'],
  ['5', 'position 0: an expression must come to true or false'],
])('an invalid expression is refused with a correction: %s', async (expression, expected) => {
  const { status, body } = await check(expression);
  expect([status, body.error.code]).toEqual([400, 'invalid_expression']);
  expect(body.error.details).toEqual([
    { path: 'expression', message: expect.stringContaining(expected) },
  ]);
});

describe('an expression of a run', () => {
  const terms = { text: 'Acepto.', version: '1' };
  const STEPS = ['acceptance', 'personal_financial', 'personal_address'];
  const create = (more: object) =>
    api.call('/v1/workflows', { body: { steps: STEPS, setup: { acceptance: terms }, ...more } });
  const skip = (text: string, name = 'personal_address') =>
    create({ skip_steps: { [name]: text } });

  test.each([
    ["personal_financial.housing == 'owned'", undefined],
    ["acceptance.payload.version == '1' and steps['acceptance'].status == 'success'", undefined],
    ['personal_financial.monthly_income > 100', undefined],
    ["personal_address.state == 'CDMX'", '"personal_address" is no step before this one'],
    ["document_sign.status == 'success'", '"document_sign" is no step of this workflow'],
    ["constructor.name == 'a'", '"constructor" is no step of this workflow'],
    ["__proto__.x == 'a'", '"__proto__" is no step of this workflow'],
    ["steps['nip'].status == 'success'", '"nip" is no field here; there is acceptance'],
    ["steps['toString'].status == 'success'", '"toString" is no field here'],
    ["personal_financial.housng == 'owned'", '"housng" is no field here; there is monthly_income'],
    ["personal_financial.payload.toString == 'owned'", '"toString" is no field here'],
    ["personal_financial.housing == 'ownd'", 'it is one of: owned, mortgaged'],
    ["personal_financial.housing in ['owned', 'rent']", 'it is one of: owned, mortgaged'],
    ["personal_financial.status == 'approved'", 'it is one of: success'],
    ["personal_financial.monthly_income == '100'", 'compares a number with a text'],
    ["personal_financial.monthly_income == 'a' or true", 'compares a number with a text'],
    ['personal_financial.monthly_income', 'must come to true or false'],
    ["acceptance.accepted == 'true'", 'compares true or false with a text'],
    ['personal_financial == 1', "an object can't be compared"],
  ])('%s is accepted or refused: %s', async (text, fault) => {
    const answer = await skip(text);
    if (fault === undefined) expect([answer.text, answer.status]).toEqual([answer.text, 200]);
    else {
      expect([answer.status, answer.body.error.code]).toEqual([400, 'invalid_expression']);
      expect(answer.body.error.details).toEqual([
        { path: 'skip_steps.personal_address', message: expect.stringContaining(fault) },
      ]);
    }
  });

  test.each(['document_sign', 'constructor', 'toString', 'hasOwnProperty'])(
    'cannot skip %s, which is not a step of the run',
    async (name) => {
      const { status, body } = await skip('1 > 2', name);
      expect([status, body.error.code, body.error.details[0]?.path]).toEqual([
        ...[400, 'validation_failed'],
        `skip_steps.${name}`,
      ]);
    },
  );

  const form = async (fields: object[]) =>
    (await api.call('/v1/forms', { body: { name: `F${Math.random()}`, fields } })).body.result.uuid;
  const setOf = async (template: string, step: string) => {
    const name = `R${Math.random()}`;
    const rule = await api.call('/v1/knockout-rules', { body: { name, template, step } });
    expect([rule.text, rule.status]).toEqual([rule.text, 201]);
    const set = { name, knockout_rules: [rule.body.result.uuid] };
    return (await api.call('/v1/rule-sets', { body: set })).body.result.uuid;
  };

  test.each([
    ["color == 'red'", undefined],
    ['age >= 18 and custom_form.age < 100', undefined],
    ["ok and color in ['red', 'blue']", undefined],
    ["colour == 'red'", '"colour" is no field of this step or one before it'],
    ["color == 'green'", 'it is one of: red, blue'],
    ["age == '18'", 'compares a number with a text'],
    ["personal_address.state == 'CDMX'", 'is no step before this one'],
    ["constructor == 'x'", '"constructor" is no field of this step'],
  ])('as a rule on a form, %s is accepted or refused: %s', async (template, fault) => {
    const fields = [
      { key: 'color', label: 'Color', type: 'select', options: ['red', 'blue'] },
      { key: 'age', label: 'Age', type: 'number' },
      { key: 'ok', label: 'OK', type: 'checkbox' },
    ];
    const answer = await create({
      steps: ['custom_form', 'personal_address'],
      setup: { custom_form: { form_uuid: await form(fields) } },
      rule_set_uuid: await setOf(template, 'custom_form'),
    });
    if (fault === undefined) expect([answer.text, answer.status]).toEqual([answer.text, 200]);
    else {
      expect([answer.status, answer.body.error.code]).toEqual([400, 'invalid_expression']);
      expect(answer.body.error.details).toEqual([
        { path: 'rule_set_uuid', message: expect.stringContaining(fault) },
      ]);
      expect(answer.body.error.details[0]?.message).toMatch(/^knockout rule R[\d.]+ \(/);
    }
  });

  test('as a rule is refused at its creation when a field of its step has another type', async () => {
    const body = { name: 'Kinds', step: 'personal_financial', template: "monthly_income == '100'" };
    const refused = await api.call('/v1/knockout-rules', { body });
    expect([refused.status, refused.body.error.code]).toEqual([400, 'invalid_expression']);
  });
});

test('an expression that is not a string returns validation_failed', async () => {
  expect((await check(5)).body.error.code).toBe('validation_failed');
});
