import { ExpressionError } from './expression-error';
import { stepsInTemplate } from './parse-template';

test.each<[string, string[]]>([
  ['{verify_email.email}', ['verify_email']],
  ['Sr. {personal.name} {personal["last name"]}, {a.b.c.d}', ['personal', 'personal', 'a']],
  ['no place at all', []],
  ['', []],
])('stepsInTemplate(%s) returns %j', (text, names) => {
  expect(stepsInTemplate(text)).toEqual(names);
});

test.each<[string, number]>([
  ['{verify_email.email', 0],
  ['a } b', 2],
  ['x {{a.b}}', 3],
  ['{}', 1],
  ['{email}', 1],
  ['{1 + 1}', 1],
  ['{a.b + 1}', 1],
  ['{f(a.b)}', 1],
  ["{'a'.length}", 1],
])('stepsInTemplate(%s) throws at position %d', (text, position) => {
  const parse = () => stepsInTemplate(text);
  expect(parse).toThrow(ExpressionError);
  expect(parse).toThrow(`position ${position}:`);
});
