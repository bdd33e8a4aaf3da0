/** The check of an expression, as its author's tool calls it. */
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
])('in order: %s', async (expression) => {
  const { status, body } = await check(expression);
  expect([status, body]).toEqual([200, { success: true, result: 'Ok' }]);
});

test.each([
  ["enroll_full['payload']['biometrics']['matchLevel'] >= 5}", 'position 55: '],
  ['constructor.constructor("return 1")()', 'position 12: '],
  ['x = 5', 'position 2: '],
  ['', 'position 0: '],
])('refused with the position of its fault: %s', async (expression, told) => {
  const { status, body } = await check(expression);
  expect([status, body.error.code]).toEqual([400, 'invalid_expression']);
  expect(body.error.details).toEqual([
    { path: 'expression', message: expect.stringContaining(told) },
  ]);
});

test('what is no text is another fault', async () => {
  expect((await check(5)).body.error.code).toBe('validation_failed');
});
