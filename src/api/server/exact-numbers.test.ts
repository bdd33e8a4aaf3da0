import { findChangedNumber } from './exact-numbers';

test.each([
  ...['0', '-0', '1.5', '1e3', '1E+2', '9007199254740991', '-9007199254740991', '19.4326077'],
  ...[
    '0.1',
    '0.10000000000000001',
    '19.432607699999998',
    '1e20',
    '1.7976931348623157e308',
    '5e-324',
  ],
  ...['9007199254740992', '0.0', '0e999', '100000000000000000000', '1.00000000000000000'],
])('findChangedNumber() accepts %s', (number) => {
  expect(findChangedNumber(`{"a":[${number}]}`)).toBeUndefined();
});

test.each([
  ['1546130668394913822', 'is too large'],
  ['-1546130668394913823', 'is too large'],
  ['9007199254740993', 'is too large'],
  ['1152921504606846976', 'is too large'],
  ['1e400', 'is too large'],
  ['-1e400', 'is too large'],
  ['1.546130668394913822e18', 'is too large'],
  ['1546130668394913822.0', 'is too large'],
  [`1${'0'.repeat(400)}`, 'is too large'],
  ['1e-400', 'is too small'],
  ['0.1234567890123456789', 'has more digits than can be kept'],
])('findChangedNumber() reports that %s %s', (number, message) => {
  const json = `{"x":"1546130668394913822","a":{"b":[1,{"c\\"1e400":${number}}]}}`;
  expect(findChangedNumber(json)).toEqual({ path: ['a', 'b', '1', 'c"1e400'], message });
  expect(findChangedNumber(number)).toEqual({ path: [], message });
});

test('findChangedNumber() ignores strings and values that a repeated name replaces', () => {
  expect(findChangedNumber('{"a":"1546130668394913822 \\" 1e400"}')).toBeUndefined();
  expect(findChangedNumber('{"a":1546130668394913822,"a":1}')).toBeUndefined();
});

test.each(['1', '1e400 ', '"1e400",', '\\"', '1.', '9'.repeat(16)])(
  'half a megabyte of %j is read within 250 ms',
  (part) => {
    const text = `[${JSON.stringify(part.repeat(500_000 / part.length))},1e400]`;
    const start = performance.now();
    expect(findChangedNumber(text)).toEqual({ path: ['1'], message: 'is too large' });
    expect(performance.now() - start).toBeLessThan(250);
  },
);
