import { ownValue } from './own-value';

const WORDS = [
  ...['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf'],
  ...['__defineGetter__', '__lookupGetter__', 'propertyIsEnumerable', 'toLocaleString'],
];

test.each(WORDS)('%s is found only as an own property', (word) => {
  expect(ownValue({}, word)).toBeUndefined();
  expect(ownValue({ a: 1 }, word, null)).toBeNull();
  expect(ownValue(Object.fromEntries([[word, 1]]), word)).toBe(1);
  expect(ownValue(JSON.parse(`{"${word}": 2}`) as Record<string, number>, word, 3)).toBe(2);
});
