import { once } from 'node:events';
import { createServer, request as ask, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { sendFile } from './send-file';

/** Calls `letGo` when its reader stops. */
async function* content(letGo: () => void): AsyncGenerator<Buffer> {
  try {
    for (;;) yield await Promise.resolve(Buffer.alloc(1_024));
  } finally {
    letGo();
  }
}

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test('a client that leaves before the first byte leaves no file open', async () => {
  const app = express();
  let opening = (): void => undefined;
  const isOpening = new Promise<void>((resolve) => (opening = resolve));
  const isLetGo = new Promise<void>((resolve) => {
    app.get('/', async (request, response) => {
      const open = async () => {
        opening();
        await once(response, 'close');
        return content(resolve);
      };
      const named = { mime: 'image/png', name: 'a.png', etag: '"a"' };
      const { stream } = await sendFile(request, { ...named, open });
      stream?.(response);
    });
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = ask({ host: '127.0.0.1', port }).on('error', () => undefined);
  client.end();
  await isOpening;
  client.destroy();
  await isLetGo;
}, 5_000);
