import { InvalidArgumentError } from 'commander';
import { parseName } from './name-option';

test.each([
  [' Banco Uno ', 'Banco Uno'],
  ['Cre\u0301dito\u200b', 'Crédito'],
  ['N'.repeat(100), 'N'.repeat(100)],
])('%j names %j', (text, name) => {
  expect(parseName(text)).toBe(name);
});

test.each(['', '\u200b', 'a\nb', 'a\r\nBcc: b', 'a\0b', 'a\u202eb', 'N'.repeat(101)])(
  '%j names nothing',
  (text) => {
    expect(() => parseName(text)).toThrow(InvalidArgumentError);
  },
);
