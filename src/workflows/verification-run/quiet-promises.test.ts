import './quiet-promises';

test('an error without a message has an empty stack', () => {
  // The SDK does the same for each promise of a workflow.
  expect(new Error().stack).toBe('');
});

test.each([
  ['an error', () => new Error('is thrown'), Error],
  ['an error without new', () => Error('is thrown'), Error],
  ['a TypeError', () => new TypeError('is thrown'), TypeError],
  ['an instance of a subclass', () => new (class Fault extends Error {})(), Error],
])('%s has a stack and its own class', (_name, make, type) => {
  const error = make();
  expect(error.stack).toContain('quiet-promises.test');
  expect(error).toBeInstanceOf(Error);
  expect(error).toBeInstanceOf(type);
});
