import { z } from 'zod';
import { DomainError } from '../../application/domain-error';
import { parse } from '../../application/parse';
import { parseWithoutNulls, requireObject } from './parse-body';

function detailsOf(call: () => unknown) {
  try {
    call();
  } catch (error) {
    if (error instanceof DomainError) return { code: error.code, details: error.details };
    throw error;
  }
  throw new Error('nothing was refused');
}

const schema = z.strictObject({
  list: z.array(z.strictObject({ name: z.string() })).optional(),
  either: z.union([z.string(), z.strictObject({ a: z.number() })]).optional(),
});

test('parse() reports errors by their path under the prefix and unknown fields by their names', () => {
  const value = { list: [{ name: 'x', y: 1 }], z: 1 };
  expect(detailsOf(() => parse(schema, value, ['data'], 'submission_refused'))).toEqual({
    code: 'submission_refused',
    details: [
      { path: 'data.list.0.y', message: 'is not known here' },
      { path: 'data.z', message: 'is not known here' },
    ],
  });
});

test('parse() reports an error inside a union by its own path', () => {
  const { details } = detailsOf(() => parse(schema, { either: { a: 1, b: 2 } }));
  expect(details).toEqual([{ path: 'either.b', message: 'is not known here' }]);
});

test('parse() never repeats a submitted value in an error', () => {
  const value = { list: [{ name: 5 }], either: ['typed-by-a-person'] };
  expect(JSON.stringify(detailsOf(() => parse(schema, value)))).not.toContain('typed-by-a-person');
});

test('parseWithoutNulls() treats null as absent on the first level only', () => {
  const open = z.strictObject({ a: z.number().optional(), b: z.unknown() });
  expect(parseWithoutNulls(open, { a: null, b: { c: null } })).toEqual({ b: { c: null } });
});

test('parseWithoutNulls() reports an unknown field whose value is null', () => {
  for (const name of ['z', '']) {
    const { details } = detailsOf(() => parseWithoutNulls(schema, { [name]: null, list: null }));
    expect(details).toEqual([{ path: name, message: 'is not known here' }]);
  }
});

test('requireObject() refuses __proto__ at any depth, also inside lists', () => {
  const hostile = JSON.parse('{"a": [{"b": {"__proto__": {}}}]}') as unknown;
  expect(detailsOf(() => requireObject(hostile)).details[0]?.path).toBe('a.0.b.__proto__');
});

test('requireObject() refuses deep nesting with validation_failed', () => {
  const deep = JSON.parse(`${'[['.repeat(50_000)}${']]'.repeat(50_000)}`) as unknown;
  expect(detailsOf(() => requireObject({ deep })).code).toBe('validation_failed');
});
