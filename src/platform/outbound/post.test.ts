import { createServer, type Server } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { OutboundGuard } from './guard';
import { sendPost } from './post';

describe('sendPost()', () => {
  let server: Server;
  let port: number;
  let connections = 0;
  beforeAll(async () => {
    server = createServer((_request, response) => response.end('inside'));
    server.on('connection', () => (connections += 1));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => (connections = 0));

  const send = (guard: OutboundGuard, url: string) =>
    sendPost(guard, { url, headers: {}, body: '{}' });

  it.each([
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '127.1',
    'localhost',
    'localhost.',
    '[::ffff:7f00:1]',
  ])('makes no connection to %s', async (host) => {
    const guard = new OutboundGuard({ loopback: false, networks: [] });
    for (const scheme of ['http', 'https']) {
      const posted = await send(guard, `${scheme}://${host}:${port}/`);
      expect(posted).toMatchObject({ kind: 'failed', failure: 'refused_address' });
    }
    expect(connections).toBe(0);
  });

  it('makes no connection when a name resolves to an internal address, at the first attempt or later', async () => {
    const answers = [['93.184.215.14'], ['127.0.0.1'], ['93.184.215.14', '127.0.0.1']];
    const asked: string[] = [];
    const connect = jest.spyOn(net, 'connect');
    const guard = new OutboundGuard({ loopback: false, networks: [] }, async (name) => {
      asked.push(name);
      return (answers[asked.length] ?? []).map((address) => ({ address, family: 4 }));
    });
    for (let time = 0; time < 2; time += 1) {
      const posted = await send(guard, `https://rebind.example:${port}/`);
      expect(posted).toMatchObject({ kind: 'failed', failure: 'refused_address' });
    }
    // Resolved once for each attempt, so the checked address is the one to connect to.
    expect(asked).toEqual(['rebind.example', 'rebind.example']);
    expect(connections).toBe(0);
    connect.mockRestore();
  });

  it('connects to an allowed address', async () => {
    const guard = new OutboundGuard({ loopback: true, networks: [] });
    const posted = await send(guard, `http://localhost:${port}/`);
    expect(posted).toMatchObject({ kind: 'answered', status: 200 });
    expect(connections).toBe(1);
  });
});
