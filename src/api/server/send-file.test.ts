import { once } from 'node:events';
import { createServer, request as ask, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { sendFile } from './send-file';

/** Calls `onEnd` when its reader stops. */
async function* content(onEnd: () => void): AsyncGenerator<Buffer> {
  try {
    for (;;) yield await Promise.resolve(Buffer.alloc(1_024));
  } finally {
    onEnd();
  }
}

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test('sendFile() closes the file when the client disconnects before the first byte', async () => {
  const app = express();
  let opening = (): void => undefined;
  const isOpening = new Promise<void>((resolve) => (opening = resolve));
  const hasEnded = new Promise<void>((resolve) => {
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
  await hasEnded;
}, 5_000);
