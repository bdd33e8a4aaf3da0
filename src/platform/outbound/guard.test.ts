import { OutboundGuard, type ResolveHost } from './guard';
import { parseNetwork } from './addresses';

const production = new OutboundGuard({ loopback: false, networks: [] });
const development = new OutboundGuard({ loopback: true, networks: [] });

/** Spellings of hosts that must never be called. */
const LOOPBACK = [
  ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '127.0.0.1.'],
  ...['①②⑦.0.0.1', '127。0。0。1', 'localhost', 'LOCALHOST', 'localhost.', 'app.localhost'],
  ...['[::1]', '[0:0:0:0:0:0:0:1]', '127.255.255.254'],
];
const NEVER = [
  ...['0.0.0.0', '0', '[::]', '10.0.0.1', '10.1', '172.16.0.1', '192.168.1.1', '3232235777'],
  ...['169.254.169.254', '0xa9fea9fe', '0251.0376.0251.0376', '2852039166', '169.254.1.1'],
  ...['100.64.0.1', '100.100.100.200', '168.63.129.16', '192.0.0.192', '192.0.2.1', '198.18.0.1'],
  ...['224.0.0.1', '240.0.0.1', '255.255.255.255', '192.88.99.1'],
  ...['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::ffff:10.0.0.1]', '[::ffff:169.254.169.254]'],
  ...['[::127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b::a9fe:a9fe]', '[64:ff9b:1::1]'],
  ...['[2002:7f00:1::]', '[2001::1]', '[fe80::1]', '[fec0::1]', '[fc00::1]', '[fd00:ec2::254]'],
  ...['[ff02::1]', '[100::1]', '[2001:db8::1]', '[5f00::1]', '[4000::1]'],
  ...['metadata.google.internal', 'metadata.google.internal.', 'backend', 'db.internal'],
  ...['printer.local'],
];

describe('a URL for outbound requests', () => {
  it.each(LOOPBACK)('on loopback, as %s, is allowed only in development', (host) => {
    for (const scheme of ['http', 'https']) {
      expect(production.findViolation(`${scheme}://${host}:3000/hook`)).toMatch(/^must be/);
      expect(development.findViolation(`${scheme}://${host}:3000/hook`)).toBeNull();
    }
  });

  it.each(NEVER)('is refused at %s', (host) => {
    for (const guard of [production, development]) {
      expect(guard.findViolation(`https://${host}/hook`)).toMatch(/^must be/);
      expect(guard.findViolation(`http://${host}/hook`)).toMatch(/^must be/);
      expect(() => guard.check(`https://${host}/`)).toThrow('must be');
    }
  });

  it.each([
    ...[
      'http://backend.example/hook',
      'ftp://backend.example',
      'file:///etc/passwd',
      'gopher://a.b',
    ],
    ...[
      'javascript:alert(1)',
      'data:text/plain,a',
      'backend.example/hook',
      '//backend.example',
      '',
    ],
    ...['https://user@backend.example', 'https://user:pass@backend.example', 'https://'],
    ...[
      'https://backend.example:22/',
      'https://backend.example:80/',
      'https://[::1',
      'https://a b/',
    ],
    ...['https://[fe80::1%25eth0]/', `https://backend.example/${'a'.repeat(2_048)}`],
    ...['https://127.0.0.1@backend', 'https://backend.example:99999/'],
  ])('is refused as %s', (text) => {
    expect(production.findViolation(text)).toMatch(/^must/);
    expect(development.findViolation(text)).toMatch(/^must/);
  });

  it.each([
    ...['https://backend.example/hook', 'https://backend.example:8443/', 'https://8.8.8.8/'],
    ...['https://[2606:4700::1111]/', 'https://bücher.example/', 'https://backend.example./?a=b'],
    ...['HTTPS://Backend.Example', 'https://backend.example:443/#there'],
  ])('is allowed as %s', (text) => {
    expect(production.findViolation(text)).toBeNull();
  });

  it('is allowed in a private network that the operator has opened, but never at a metadata service', () => {
    const networks = ['10.0.0.0/8', '169.254.0.0/16', '0.0.0.0/0'].map(parseNetwork);
    const guard = new OutboundGuard({ loopback: false, networks });
    expect(guard.findViolation('https://10.20.30.40/hook')).toBeNull();
    expect(guard.findViolation('https://core.bank.internal/hook')).toBeNull();
    for (const host of ['169.254.169.254', '[fd00:ec2::254]', '127.0.0.1', 'localhost']) {
      expect(guard.findViolation(`https://${host}/`)).toMatch(/^must be/);
    }
  });
});

describe('a host name at connection time', () => {
  const looked = (guard: OutboundGuard, url: string) =>
    new Promise((resolve) => {
      guard.lookupFor(new URL(url))('ignored.example', { all: true }, (error, addresses) => {
        resolve(error === null ? addresses : error.name);
      });
    });
  const answering = (...addresses: string[]): ResolveHost =>
    jest.fn(async () =>
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  const guarded = (resolve: ResolveHost, loopback = false) =>
    new OutboundGuard({ loopback, networks: [] }, resolve);

  it('resolves to the addresses that were checked', async () => {
    const resolve = answering('93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c');
    expect(await looked(guarded(resolve), 'https://backend.example./')).toEqual([
      { address: '93.184.215.14', family: 4 },
      { address: '2606:2800:21f:cb07:6820:80da:af6b:8b2c', family: 6 },
    ]);
    expect(resolve).toHaveBeenCalledWith('backend.example');
  });

  it.each([
    ...['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', '::ffff:127.0.0.1', 'fe80::1%eth0'],
    ...['64:ff9b::7f00:1', 'not an address'],
  ])('is refused when it resolves to %s, even beside an allowed address', async (address) => {
    for (const resolve of [answering(address), answering('93.184.215.14', address)]) {
      for (const loopback of [true, false]) {
        expect(await looked(guarded(resolve, loopback), 'https://rebind.example/')).toBe(
          'OutboundRefused',
        );
      }
    }
  });

  it('is refused when it has no address, and when localhost resolves elsewhere', async () => {
    expect(await looked(guarded(answering()), 'https://empty.example/')).toBe('OutboundRefused');
    const elsewhere = guarded(answering('93.184.215.14'), true);
    expect(await looked(elsewhere, 'http://localhost/')).toBe('OutboundRefused');
    expect(await looked(guarded(answering('127.0.0.1'), true), 'http://localhost/')).toEqual([
      { address: '127.0.0.1', family: 4 },
    ]);
  });
});
