import { faultOfLine, toOneLine } from './one-line';

const CONTROL = 'must be one line, without line breaks, control or text direction characters';
const EMPTY = 'must have a visible character';

test.each<[string, string | undefined]>([
  ['Banco Uno', undefined],
  ["O'Higgins & Cía, S.A. (México) №1 🏦", undefined],
  ['عربي', undefined],
  ['👩‍👧', undefined],
  ['Línea\r\nBcc: otro@example.com', CONTROL],
  ['a\nb', CONTROL],
  ['a\tb', CONTROL],
  ['a\0b', CONTROL],
  ['a\x7fb', CONTROL],
  ['a\x85b', CONTROL],
  ['a\u2028b', CONTROL],
  ['a\u2029b', CONTROL],
  ['a\u202eb', CONTROL],
  ['a\u2066b', CONTROL],
  ['a\u200fb', CONTROL],
  ['a\u061cb', CONTROL],
  ['a\ud800b', CONTROL],
  ['\u200b', EMPTY],
  ['\u200b\u2060', EMPTY],
  ['\u3164', EMPTY],
  ['\u00a0\u2003', EMPTY],
  ['\ufe0f', EMPTY],
  ['\u{e0041}', EMPTY],
  ['\u2800', EMPTY],
])('faultOfLine(%j) returns %s', (text, fault) => {
  expect(faultOfLine(text)).toBe(fault);
  if (fault === CONTROL) expect(faultOfLine(toOneLine(text))).toBeUndefined();
});
