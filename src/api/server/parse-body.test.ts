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

test('faults are told by their path under the prefix, unknown fields by their names', () => {
  const value = { list: [{ name: 'x', y: 1 }], z: 1 };
  expect(detailsOf(() => parse(schema, value, ['data'], 'submission_refused'))).toEqual({
    code: 'submission_refused',
    details: [
      { path: 'data.list.0.y', message: 'is not known here' },
      { path: 'data.z', message: 'is not known here' },
    ],
  });
});

test('a fault inside an alternative is told by its own path', () => {
  const { details } = detailsOf(() => parse(schema, { either: { a: 1, b: 2 } }));
  expect(details).toEqual([{ path: 'either.b', message: 'is not known here' }]);
});

test('no fault repeats what was sent', () => {
  const value = { list: [{ name: 5 }], either: ['typed-by-a-person'] };
  expect(JSON.stringify(detailsOf(() => parse(schema, value)))).not.toContain('typed-by-a-person');
});

test('null on the first level is absent, and deeper it is a value', () => {
  const open = z.strictObject({ a: z.number().optional(), b: z.unknown() });
  expect(parseWithoutNulls(open, { a: null, b: { c: null } })).toEqual({ b: { c: null } });
});

test('an unknown field is unknown also where it is null', () => {
  for (const name of ['z', '']) {
    const { details } = detailsOf(() => parseWithoutNulls(schema, { [name]: null, list: null }));
    expect(details).toEqual([{ path: name, message: 'is not known here' }]);
  }
});

test('__proto__ is refused at any depth, also inside lists', () => {
  const hostile = JSON.parse('{"a": [{"b": {"__proto__": {}}}]}') as unknown;
  expect(detailsOf(() => requireObject(hostile)).details[0]?.path).toBe('a.0.b.__proto__');
});

test('nesting is bounded, however deep it goes', () => {
  const deep = JSON.parse(`${'[['.repeat(50_000)}${']]'.repeat(50_000)}`) as unknown;
  expect(detailsOf(() => requireObject({ deep })).code).toBe('validation_failed');
});
