import { example } from './example';
import { personalAddressSchema } from './schema';

const parse = (change: object) =>
  personalAddressSchema.data.safeParse({ ...(example.data as object), ...change });

describe('a personal address', () => {
  it.each([
    ...[
      ['MX', '01000'],
      ['CO', '110111'],
      ['US', '10001'],
      ['US', '10001-1234'],
      ['ES', '08001'],
    ],
    ...[
      ['BR', '01310-100'],
      ['BR', '01310100'],
      ['AR', 'C1425CLA'],
      ['AR', '1425'],
      ['CL', '8320000'],
    ],
    ...[
      ['PE', '15001'],
      ['GB', 'SW1A 1AA'],
      ['CA', 'K1A 0B1'],
      ['PT', '1000-001'],
    ],
  ])('in %s may have the postal code %s', (country, zip_code) => {
    expect(parse({ country, zip_code }).success).toBe(true);
  });

  it.each([
    ...[
      ['MX', '1000'],
      ['MX', '00123'],
      ['MX', '010000'],
      ['CO', '11011'],
      ['US', '1000'],
      ['US', '10001-12'],
    ],
    ...[
      ['ES', '53001'],
      ['ES', '00001'],
      ['BR', '0131-0100'],
      ['AR', 'I1425CLA'],
      ['GB', 'S'],
      ['GB', 'SW1A_1AA'],
    ],
    ...[
      ['GB', '-SW1A'],
      ['MX', ''],
    ],
  ])('in %s cannot have the postal code %j', (country, zip_code) => {
    const { error } = parse({ country, zip_code });
    expect(error?.issues.map((issue) => issue.path)).toEqual([['zip_code']]);
  });

  it('has the default country MX and normalized fields', () => {
    const { data } = parse({ street: '  Calle 1 ', country: undefined });
    expect(data).toMatchObject({ street: 'Calle 1', country: 'MX' });
    expect(parse({ country: 'gb', zip_code: ' sw1a 1aa ' }).data).toMatchObject({
      ...{ country: 'GB', zip_code: 'SW1A 1AA' },
    });
  });

  it('has null for omitted fields', () => {
    const { data } = parse({ references: null, city: undefined });
    const { payload } = personalAddressSchema.receive(data as never, { at: 0 } as never);
    expect(payload).toMatchObject({ references: null, city: null, interior_number: null });
  });
});
