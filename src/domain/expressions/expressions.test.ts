/** Tests expressions with valid, invalid and hostile inputs. */
import fc from 'fast-check';
import { MAX_BLOCK_MS, measureBlock } from '../../../test/support/event-loop';
import { checkExpression } from './check-expression';
import { evaluateExpression, type Variables } from './evaluate-expression';
import { ExpressionError } from './expression-error';
import { parseExpression } from './parse-expression';
import { ruleVariables, stepVariables, type FinishedStep } from './variables';

const enrolled: FinishedStep = {
  name: 'enroll_full',
  status: 'success',
  payload: {
    biometrics: { matchLevel: 7, safe: true, ids: [4, 8] },
    ocr: { 'given name': 'JUAN', control: '2', city_id: null },
    email: 'first@example.com',
  },
};
const mailed: FinishedStep = {
  name: 'verify_email',
  status: 'success',
  payload: { email: 'a@example.com' },
};
const run = stepVariables([enrolled, mailed, { name: '2-a', status: 'skipped', payload: null }]);
const evaluate = (text: string, variables: Variables = run) =>
  evaluateExpression(parseExpression(text), variables);

function faultOf(text: string): ExpressionError {
  try {
    checkExpression(parseExpression(text));
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`${text} was not refused`);
}

describe('an expression', () => {
  it.each([
    ["enroll_full['payload']['biometrics']['matchLevel'] >= 5", true],
    ['enroll_full["biometrics"].matchLevel > 7', false],
    ["5 > 10 ? 'true': 'false'", false],
    [
      "enroll_full.ocr['given name'] == 'JUAN' and not (verify_email.email == 'b@example.com')",
      true,
    ],
    ["enroll_full.status != 'success' or enroll_full.biometrics.safe", true],
    ['enroll_full.biometrics.ids[1] in [4, 8, 15]', true],
    ["8 in enroll_full.biometrics['ids']", true],
    ['enroll_full.ocr.control < 10 /* texts of digits count */', true],
    ['1 + 2 * 3 ^ 2 == 19 and 7 % 4 == 3 and -2 < +1', true],
    ["max(1, 5, abs(-3)) == 5 and length('abc') == 3 and indexOf('b', 'abc') == 1", true],
    ['min(enroll_full.biometrics.ids) == 4 and round(2.5) + floor(1.9) + ceil(0.1) == 5', true],
    [String.raw`'it\'s \u0041' == "it's A"`, true],
    ["steps['2-a'].status == 'skipped'", true],
    ['1e2 == 100 and 0x1F == 31 and .5 == 0.5', true],
    ["not (enroll_full.status == 'failed') and (1 > 2) == (2 > 3)", true],
    ["'JUAN' in [enroll_full.ocr['given name']]", true],
    ["indexOf('@', verify_email.email) == 1", true],
    ['enroll_full.biometrics.ids[0] - 1 == 3 and -2 ^ 2 == -4 and 2 ^ 3 ^ 2 == 512', true],
    ["verify_email.status == 'success' ? 1 > 2 ? true : false : true", false],
    ['not (enroll_full.biometrics).safe', false],
    ['(a.and ? 1 : 2) == 1 ? true : true', 'unknown'],
    ['PI == 3', 'unknown'],
  ])('evaluates to the expected value: %s', (text, expected) => {
    expect(evaluate(text)).toBe(expected);
  });

  it.each([
    ['nobody.knows >= 5'],
    ['not (nobody > 5)'],
    ['true or enroll_full.nothing == 1'],
    ['enroll_full.nothing == 1 or true'],
    ['false and nobody'],
    ["enroll_full['ocr']['city_id'] != 3"],
    ['nobody ? true : true'],
    ['enroll_full.biometrics.ids[2] == 1'],
    ['verify_email.email.length > 3'],
    ['enroll_full.ocr > 1'],
    ["enroll_full.ocr['given name'] > 3"],
    ['1 / 0 > 5'],
    ['enroll_full'],
    ['enroll_full.ocr.control == 2'],
    ["enroll_full.biometrics.safe == 'true'"],
    ["enroll_full.biometrics.matchLevel == '7'"],
    ['enroll_full.ocr.control and true'],
    ['enroll_full.biometrics.matchLevel or true'],
    ['enroll_full.biometrics.matchLevel ? true : true'],
    ['verify_email.email in [1, 2]'],
    ["'7' in enroll_full.biometrics.ids"],
    ["enroll_full.ocr.control < '10'"],
    ["'9007199254740993' > 5"],
    ["'0x10' > 5"],
    ["'' < 5"],
    ['9 ^ 9 ^ 9 > 5'],
    ['1 / 0 == 1 / 0'],
    ['min([]) == 0'],
    ["enroll_full['constructor'] != 1"],
    ['enroll_full.__proto__ != 1'],
    ['toString != 1'],
  ])('is unknown when a value is missing or the result is not a boolean: %s', (text) => {
    expect(evaluate(text)).toBe('unknown');
  });

  it('does not evaluate a branch that is not selected', () => {
    expect(evaluate("verify_email.status == 'success' ? true : nobody > 5")).toBe(true);
  });

  it.each([
    ["enroll_full['payload']['biometrics']['matchLevel'] >= 5}", 55],
    ['', 0],
    ['5 >', 3],
    ['(1 > 2', 6],
    ['1 > 2)', 5],
    ['a b', 2],
    ["a == 'open", 5],
    ['a = 5', 2],
    ['f(x) = 5', 5],
    ['5 > 3; true', 5],
    ['a && b', 2],
    ['a | b', 2],
    ['!a', 0],
    ['a.b(1)', 2],
    ['a.not(1)', 2],
    ['[1 2] == a', 3],
    ['max(1 2) > 1', 6],
    ['a not b', 2],
    ['max(not, 1) > 1', 7],
    ['a . 5 == 1', 4],
    ['abs(1).b == 1', 6],
    ['abs(1, 2) )', 0],
    ['1 < 2 < 3 )', 6],
    [') 1 < 2 < 3', 0],
    ['max() + abs(1, 2)', 0],
    ["'abc'()", 0],
    ['eval("1")', 0],
    ['(abs)(1)', 4],
    ["a['b'](1)", 5],
    ['abs(1, 2)', 0],
    ['1 + max()', 4],
    ['abs 3', 4],
    ['a.5', 1],
    [String.raw`a == '\q'`, 5],
    ['a ? b', 5],
    ['[1, 2', 5],
    ['x => x', 2],
    ["housing == 'rented' || housing == 'owned'", 20],
    ['true || false', 5],
    ["'a' || 'b' == 'ab'", 4],
    ['a == null', 5],
    ['null == a', 0],
    ['a != undefined', 5],
    ['a == NULL', 5],
    ['a == None', 5],
    ['a == nil or b', 5],
    ['a == NaN', 5],
    ['a == True', 5],
    ['a AND b', 2],
    ['a Or b', 2],
    ['NOT a', 0],
    ['1 < x < 3', 6],
    ['a == b == c', 7],
    ['a == b != c', 7],
    ['0 < x and 1 < x < 3', 16],
    ['a in [1] == true', 9],
    ["not a == 'b'", 0],
    ['not x > 5', 0],
    ['a > 1 and not b in [1]', 10],
    ['a not in [1, 2]', 2],
    ['a <> b', 3],
    ['a === b', 4],
    ['a !== b', 4],
    ['a => 5', 2],
    ['a =< 5', 2],
    ['a is true', 2],
    ['a contains 1', 2],
    ['a between 1 and 5', 2],
    ['a xor b', 2],
    ['if a > 1 then b', 3],
    ['~a', 0],
    ['a ?? b', 3],
    ['a?.b', 2],
    ['a ? b : c : d', 10],
    ['"a" == "b', 7],
    ["a == 'rented' or 'owned'", 17],
    ['a > 1 and 5', 10],
    ['not 5', 4],
    ["'yes' ? a : b", 0],
    ['(a > 1) > 2', 3],
    ['(a > 1) == 5', 8],
    ["(a == 'x') == 'true'", 11],
    ["5 > 'Ana'", 2],
    ["1 == '1'", 2],
    ["'a' + 'b' == 'ab'", 0],
    ['-true > 1', 1],
    ['a in 5', 5],
    ["a in 'abc'", 5],
    ["5 in ['5']", 6],
    ['[1] == a', 4],
    ["a[b == 'c'] == 1", 4],
    ["'abc'.length > 2", 6],
    ['length(true) == 1', 7],
    ["abs('x') > 1", 4],
    ['5', 0],
    ["'yes'", 0],
    ['a ? 1 : 2', 4],
    ['[true]', 0],
    ['a + 1', 2],
    ['`a`', 0],
    ['{}', 0],
    ['"${a}" == b}', 11],
  ])('is rejected at the position of the error: %s at %i', (text, position) => {
    expect(faultOf(text)).toMatchObject({ position, reason: expect.any(String) });
  });

  it.each([
    ["a == 1 || b == 'x'", 7, 'write "and" or "or"'],
    ['a & b', 2, 'write "and" or "or"'],
    ['!(a > 1)', 0, 'write "not" or "!="'],
    ['a = 1', 2, 'write "==" to compare'],
    ['a === 1', 4, 'write "==" to compare'],
    ['a := 1', 3, 'write "==" to compare'],
    ['a => 1', 2, 'write ">="'],
    ['a =< 1', 2, 'write "<="'],
    ['a =! 1', 2, 'write "!="'],
    ['a <> 1', 3, 'write "!="'],
    ['a <=> 1', 4, 'write "==", "<" or ">"'],
    ['a ≠ 1', 2, 'write "!="'],
    ['a ≥ 1', 2, 'write ">="'],
    ['a ≤ 1', 2, 'write "<="'],
    ['a ** 2 > 1', 3, 'write "^"'],
    ['a // 2 > 1', 3, 'write "/" to divide'],
    ['a × 2 > 1', 2, 'write "*"'],
    ['a − 2 > 1', 2, 'write "-"'],
    ['a == “x”', 5, `write ' or "`],
    ['a == ‘x’', 5, `write ' or "`],
    ['a == `x`', 5, `write ' or "`],
    ['a > 1; b > 2', 5, 'join conditions by "and" or "or"'],
    ['a == null', 5, 'there is no null'],
    ['a is null', 5, 'there is no null'],
    ['a == Undefined', 5, 'there is no undefined'],
    ['a < Infinity', 4, 'there is no infinity'],
    ['a == TRUE', 5, 'write "true"'],
    ["a equals 'x'", 2, 'write "=="'],
    ["a like 'x%'", 2, 'write "a in [b, c]"'],
    ['a between 1 and 5', 2, 'write "a >= b and a <= c"'],
    ['exists(a)', 0, 'can be called'],
    ['a == 9007199254740993', 5, 'too large to be exact'],
    ['a < 1e400', 4, 'too large to be exact'],
    ['a / 0 > 1', 4, 'divided by 0'],
    ['a % 0 == 0', 4, 'divided by 0'],
    ['a in []', 5, 'nothing is in an empty list'],
    ['a[-1] == 1', 2, '0 for the first'],
    ['a[0.5] == 1', 2, '0 for the first'],
    ["a == ('x' or 'y')", 6, 'stands between conditions'],
  ])('is rejected with a correction: %s at %i: %s', (text, position, reason) => {
    expect(faultOf(text)).toMatchObject({ position, reason: expect.stringContaining(reason) });
  });

  it('is rejected when it is too long, has too many parts or is nested too deeply', () => {
    expect(faultOf('a'.repeat(2_001)).position).toBe(2_000);
    expect(faultOf('not '.repeat(499).concat('a b')).position).toBe(499 * 4 + 2);
    expect(faultOf('('.repeat(33)).position).toBe(32);
    expect(evaluate(`${'('.repeat(32)}true${')'.repeat(32)}`)).toBe(true);
    expect(evaluate(`${'not '.repeat(498)}true`)).toBe(true);
  });
});

describe('a bare name in a rule', () => {
  const rule = (text: string, finished: FinishedStep[]) => evaluate(text, ruleVariables(finished));

  it('resolves to a field of the step, then of earlier steps (latest first), then to a step', () => {
    expect(rule("email == 'a@example.com'", [enrolled, mailed])).toBe(true);
    expect(rule("email == 'first@example.com'", [mailed, enrolled])).toBe(true);
    expect(rule('biometrics.matchLevel >= 5', [enrolled, mailed])).toBe(true);
    expect(rule("verify_email.status == 'success'", [enrolled, mailed])).toBe(true);
    expect(rule('phone == 1', [enrolled, mailed])).toBe('unknown');
  });

  it('resolves to null when the step has null, not to the value of an earlier step', () => {
    const silent = { name: 'a', status: 'success', payload: { email: null } };
    expect(rule("email == 'a@example.com'", [mailed, silent])).toBe('unknown');
  });
});

describe('random and hostile input', () => {
  const LIMIT_MS = 500;
  const hostile = fc.constantFrom(
    ...['constructor', '__proto__', 'prototype', 'toString', 'valueOf', 'this', 'process', 'steps'],
    ...['globalThis', 'Function', 'eval', 'lambda_0', '__counter', 'v0', 'hasOwnProperty', 'map'],
  );
  const part = fc.oneof(
    hostile,
    hostile.map((name) => `['${name}']`),
    hostile.map((name) => `.${name}`),
    fc.constantFrom(
      ...['enroll_full', 'verify_email', "['payload']", '.payload', '[0]', '[', ']', '(', ')', ','],
      ...['and', 'or', 'not', 'in', '?', ':', '+', '-', '*', '/', '%', '^', '||', '==', '!=', '<'],
      ...['>=', '=', ';', '!', '.', '}', "'", '"', '/*', '*/', 'true', 'false', 'if', 'filter'],
      ...['1e308', '0x', '9'.repeat(40), '.5', "'a'", '"\\u0000"', '\\', 'ﬁ', '𝕏', '\u202e', '\0'],
      ...['abs', 'min', 'max', 'length', 'indexOf', 'f(x)=', 'x=', '=>', '${', '`'],
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.double().map(String),
  );
  const soup = fc.array(part, { maxLength: 60 }).map((parts) => parts.join(' '));
  const leaf = fc.constantFrom(
    ...['1', "'a'", 'true', 'enroll_full', "enroll_full['payload']", 'verify_email.email'],
    ...[
      'nobody',
      'constructor',
      "enroll_full['__proto__']",
      'enroll_full.biometrics.ids',
      '[1, 2]',
    ],
  );
  /** Syntactically valid expressions. */
  const sound = fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      leaf,
      fc
        .tuple(
          tie('any'),
          fc.constantFrom('and', 'or', '==', '<', '+', '^', 'in', '*', '%'),
          tie('any'),
        )
        .map(([a, sign, b]) => `(${a} ${sign} ${b})`),
      fc.tuple(tie('any'), tie('any'), tie('any')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
      fc
        .tuple(fc.constantFrom('abs', 'max', 'length', 'not ', '-'), tie('any'))
        .map(([name, a]) => `(${name}(${a}))`),
      fc.tuple(tie('any'), hostile).map(([a, key]) => `(${a})['${key}']`),
    ),
  })).any;
  const loops = fc
    .tuple(
      fc.constantFrom(
        ...['-', 'not ', '1 ^ ', '9 ^ 9 ^ ', 'a ? 1 : ', '(', '[', 'true and ', "'aaaa' || "],
        ...['x in [', 'abs(', 'a.', "a['b']", '1 + ', '!', '/*', "'", '\\'],
      ),
      fc.nat({ max: 20_000 }),
      fc.constantFrom('1', 'true', ')', ''),
    )
    .map(([piece, times, end]) => piece.repeat(times) + end);

  function tried(text: string): unknown {
    const startedAt = performance.now();
    try {
      return evaluate(text);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      expect(error.position).toBeGreaterThanOrEqual(0);
      expect(error.position).toBeLessThanOrEqual(text.length);
      return error.name;
    } finally {
      expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS);
    }
  }

  const outcomes = [true, false, 'unknown', 'ExpressionError'];

  it.each([
    ['parts in any order', soup, 2_000],
    ['any text', fc.string({ unit: 'binary', maxLength: 200 }), 1_000],
    ['long loops', loops, 700],
  ])('is evaluated or rejected within the time limit: %s', (_kind, texts, numRuns) => {
    const before = JSON.stringify([enrolled, mailed]);
    fc.assert(
      fc.property(texts, (text) => outcomes.includes(tried(text) as never)),
      { numRuns },
    );
    expect(JSON.stringify([enrolled, mailed])).toBe(before);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('is accepted when it is a valid expression', () => {
    const sized = sound.filter((text) => text.length < 1_500 && !/\({30}/.test(text));
    fc.assert(
      fc.property(sized, (text) => {
        const outcome = tried(text);
        return outcomes.slice(0, 3).includes(outcome as never) || isTooLarge(text);
      }),
      { numRuns: 1_500 },
    );
  });

  function isTooLarge(text: string): boolean {
    return /deeper|parts/.test(faultOf(text).reason);
  }

  it('with functions in the data evaluates to unknown and does not call them', () => {
    const called = jest.fn(() => true);
    const data = { a: { f: called, valueOf: called, toString: called } };
    for (const text of ['a.f == 1', 'a > 1', "a in ['c']", 'a.valueOf == 1', '-a > 1']) {
      expect(
        evaluate(text, (name) => Object.entries(data).find(([key]) => key === name)?.[1]),
      ).toBe('unknown');
    }
    expect(called).not.toHaveBeenCalled();
  });
});

describe('an expression over hostile values', () => {
  const long = 'a'.repeat(500_000);
  const values: Record<string, unknown> = {
    text: long,
    other: `${long.slice(1)}b`,
    sought: `${long.slice(0, 5_000)}b`,
    digits: '9'.repeat(500_000),
    spaces: `${' '.repeat(500_000)}x`,
    dots: `1${'.'.repeat(500_000)}`,
    list: Array.from({ length: 150_000 }, (_, index) => index),
    texts: Array.from({ length: 20_000 }, () => long.slice(0, 1_000)),
    accents: 'e\u0301'.repeat(250_000),
  };
  const variables: Variables = (name) => values[name];
  const many = (part: string, times: number, join = ' and ') => Array(times).fill(part).join(join);

  it.each([
    'indexOf(sought, text) >= 0',
    many('indexOf(sought, text) >= 0', 40),
    many('text == other', 100),
    many('text < other', 100),
    many('digits > 1', 100),
    many('spaces > 1', 100),
    many('dots + 1 > 1', 80),
    many('length(text) > 1', 60),
    many('150001 in list', 100),
    many('max(list) > 5', 60),
    many('text in texts', 100),
    many('indexOf(text, texts) == 0', 50),
    many('accents == text', 100),
    `not ${many('not', 490, ' ')} true`,
    `${many('(', 32, '')}true${many(')', 32, '')}`,
    many('true ? true', 120, ' : ') + ' : true',
    many('2', 240, ' ^ ') + ' > 1',
    `x in [${many('1', 240, ', ')}]`,
    many("'a'", 160, ' == '),
    "'\\u0041".repeat(300),
    '/*'.repeat(1_000),
    '('.repeat(2_000),
    '['.repeat(20_000),
    'a'.repeat(500_000),
  ])('blocks the event loop for less than the limit: %#', async (text) => {
    const { result, blockMs } = await measureBlock(() => {
      try {
        const expression = parseExpression(text);
        checkExpression(expression);
        return evaluateExpression(expression, variables);
      } catch (error) {
        return (error as Error).name;
      }
    });
    expect([true, false, 'unknown', 'ExpressionError']).toContain(result);
    expect(blockMs).toBeLessThan(MAX_BLOCK_MS);
  });
});
