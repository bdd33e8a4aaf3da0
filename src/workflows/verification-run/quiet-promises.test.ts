import './quiet-promises';

test('a promise leaves no stack behind', () => {
  // The SDK does the same for each promise of a workflow.
  expect(new Error().stack).toBe('');
});

test.each([
  ['an error', () => new Error('is thrown'), Error],
  ['one without new', () => Error('is thrown'), Error],
  ['a fault of the language', () => new TypeError('is thrown'), TypeError],
  ['a class of errors', () => new (class Fault extends Error {})(), Error],
])('%s keeps its stack, and what it is', (_name, make, type) => {
  const error = make();
  expect(error.stack).toContain('quiet-promises.test');
  expect(error).toBeInstanceOf(Error);
  expect(error).toBeInstanceOf(type);
});
