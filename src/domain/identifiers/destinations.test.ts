import {
  canonicalDestination,
  canonicalEmail,
  canonicalMobile,
  canonicalPhone,
  requireCanonical,
} from './destinations';

describe('a phone', () => {
  it.each([
    ['+525512345678', '+525512345678'],
    [' +79261234567\t', '+79261234567'],
    ['\u00a0+79261234567\u2003', '+79261234567'],
    ['\u202a+525512345678\u202c', '+525512345678'],
    ['+525512345678\u200b', '+525512345678'],
    ['\ufeff+52\u206055 1234 5678', '+525512345678'],
    ['+52 55 1234 5678', '+525512345678'],
    ['+52-55-1234-5678', '+525512345678'],
    ['+52\u201155\u20131234\u22125678', '+525512345678'],
    ['+52 (55) 1234.5678', '+525512345678'],
    ['00525512345678', '+525512345678'],
    ['+44 (0)20 7946 0958', '+442079460958'],
    // Mexico until 2019.
    ['+5215512345678', '+525512345678'],
    ['+52 1 55 1234 5678', '+525512345678'],
    ['0052 1 55 1234 5678', '+525512345678'],
    // Brazil before the ninth digit; numbers of landlines begin with 2 to 5.
    ['+553192340011', '+5531992340011'],
    ['+5531992340011', '+5531992340011'],
    ['+55 (11) 6234-0011', '+5511962340011'],
    ['+553132340011', '+553132340011'],
    // Argentina: 15 is dialled within the country, 9 from abroad. A landline has neither.
    ['+54111523456789', '+5491123456789'],
    ['+541143210000', '+541143210000'],
  ])('%j has the canonical form %s', (given, canonical) => {
    expect(canonicalPhone(given)).toBe(canonical);
    expect(canonicalPhone(canonical)).toBe(canonical);
  });

  it.each([
    ['+541123456789', '+5491123456789'],
    ['+5491123456789', '+5491123456789'],
    ['+542214567890', '+5492214567890'],
    ['+5492214567890', '+5492214567890'],
    ['+548001234567', '+548001234567'],
    ['+525512345678', '+525512345678'],
  ])('that receives codes, %j, has the canonical form %s', (given, canonical) => {
    expect(canonicalMobile(given)).toBe(canonical);
    expect(canonicalMobile(canonical)).toBe(canonical);
  });

  it.each([
    ...['', ' ', '+', '5512345678', '+52', '+0123456789', '+52551234567', '+5255123456789'],
    ...['+52551234567a', '+5255123456٧٨', '+525512345678;ext=1', '++525512345678', '+52 55/x'],
    ...[`+52${'5'.repeat(100)}`, `+52${' '.repeat(100_000)}5512345678`, '+99912345678'],
  ])('%j is rejected', (given) => {
    expect(canonicalPhone(given)).toBeNull();
  });
});

describe('an email', () => {
  it.each([
    ['ana@example.com', 'ana@example.com'],
    [' Ana@Example.COM\n', 'ana@example.com'],
    ['ana@example.com\u200b', 'ana@example.com'],
    ['\u2068ana@example.com\u2069', 'ana@example.com'],
    ['ana&luis@example.com', 'ana&luis@example.com'],
    ['fax/12@example.com', 'fax/12@example.com'],
    ['srs0=abc=x@example.com', 'srs0=abc=x@example.com'],
    ['ana#1@example.com', 'ana#1@example.com'],
    ['user!x@example.com', 'user!x@example.com'],
    ["ana'@example.com", "ana'@example.com"],
    ["!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"],
    ['ana+tag.x@mail.example.co', 'ana+tag.x@mail.example.co'],
    ['_@example.com', '_@example.com'],
    ['ana@example.xn--mgbaam7a8h', 'ana@example.xn--mgbaam7a8h'],
    ['ana@españa.example', 'ana@xn--espaa-rta.example'],
    ['ana@espan\u0303a.example', 'ana@xn--espaa-rta.example'],
    ['ANA@ESPAÑA.EXAMPLE', 'ana@xn--espaa-rta.example'],
    ['ana@xn--espaa-rta.example', 'ana@xn--espaa-rta.example'],
    ['ana@ｅｘａｍｐｌｅ.com', 'ana@example.com'],
    ['ana@example。com', 'ana@example.com'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('%j has the canonical form %s', (given, canonical) => {
    expect(canonicalEmail(given)).toBe(canonical);
    expect(canonicalEmail(canonical)).toBe(canonical);
  });

  it.each([
    ...['', '@', 'ana', 'ana@', '@example.com', 'ana@example', 'ana@localhost', 'a b@example.com'],
    ...['.ana@example.com', 'ana.@example.com', 'a..b@example.com', 'ana@example..com'],
    ...['ana@-example.com', 'ana@example-.com', 'ana@exa_mple.com', 'ana@example.com.'],
    ...['ana@1.2.3.4', 'ana@0x7f.1', 'ana@[127.0.0.1]', 'ana@example.com:25', 'ana@exa%6dple.com'],
    ...['ana@example.c', 'ana@example.123', 'ana@xn--a.com', 'a@b@example.com', 'aña@example.com'],
    ...[
      '"ana"@example.com',
      'ana@example.com,b@example.com',
      'ana@exa\nmple.com',
      'a\0@example.com',
    ],
    ...[`${'a'.repeat(65)}@example.com`, `ana@${'a'.repeat(64)}.com`],
    `ana@${`${'a'.repeat(50)}.`.repeat(5)}com`,
  ])('%j is rejected', (given) => {
    expect(canonicalEmail(given)).toBeNull();
  });
});

test('requireCanonical accepts only canonical destinations', () => {
  for (const to of ['+525512345678', '+5491123456789', 'ana@example.com']) {
    expect(canonicalDestination(to)).toBe(to);
    expect(() => requireCanonical(to)).not.toThrow();
  }
  const others = [' +525512345678', '+5215512345678', '+541123456789', '+553192340011'];
  for (const to of [...others, 'Ana@example.com', 'ana@españa.example', 'nobody', '']) {
    expect(() => requireCanonical(to)).toThrow('canonical');
  }
});
