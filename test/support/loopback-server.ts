/** A small HTTP server on loopback that replaces a provider. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  method: string;
  url: URL;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface Said {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** `hang_up`: accepts the request and closes the connection without a response. */
export type Answer = Said | 'hang_up';

export class LoopbackServer {
  private server: Server | undefined;

  constructor(private readonly handle: (asked: Asked) => Answer | Promise<Answer>) {}

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      void readAll(request).then(async (body) => {
        const { method = 'GET', headers, url = '/' } = request;
        const asked = { method, headers, body, url: new URL(url, 'http://loopback') };
        const said = await this.handle(asked);
        if (said === 'hang_up') {
          request.socket.destroy();
          return;
        }
        const text = said.body === undefined ? '' : JSON.stringify(said.body);
        response
          .writeHead(said.status, { 'content-type': 'application/json', ...said.headers })
          .end(text);
      });
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server?.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }
}

async function readAll(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
