/** A bucket on loopback: PUT, GET and DELETE of objects, only by signed requests (Signature Version 4). */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const SIGNATURE =
  /^AWS4-HMAC-SHA256 Credential=(?<id>\w+)\/\d{8}\/(?<region>[\w-]+)\/s3\/aws4_request, SignedHeaders=[\w;-]*host[\w;-]*, Signature=[\da-f]{64}$/;

export class LoopbackS3 {
  readonly objects = new Map<string, Buffer>();
  /** Response to every request instead, if set. */
  trouble: number | null = null;
  private readonly server: Server;

  constructor(
    private readonly keyId: string,
    private readonly region: string,
  ) {
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const path = new URL(request.url ?? '/', 'http://s3').pathname;
    const { id, region } = SIGNATURE.exec(request.headers.authorization ?? '')?.groups ?? {};
    if (this.trouble !== null) refuse(response, this.trouble, 'SlowDown');
    else if (id !== this.keyId || region !== this.region) refuse(response, 403, 'AccessDenied');
    else this.serve(request.method ?? '', path, Buffer.concat(parts), response);
  }

  private serve(method: string, path: string, body: Buffer, response: ServerResponse): void {
    if (method === 'PUT') {
      this.objects.set(path, body);
      response.writeHead(200, { etag: '"x"' }).end();
    } else if (method === 'DELETE') {
      this.objects.delete(path);
      response.writeHead(204).end();
    } else {
      const found = this.objects.get(path);
      if (found === undefined) refuse(response, 404, 'NoSuchKey');
      else response.writeHead(200, { 'content-length': found.length }).end(found);
    }
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const xml = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml' }).end(xml);
}
