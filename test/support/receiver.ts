/** A webhook receiver on loopback that responds as a test says, and verifies requests like a real one. */
import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Webhook } from 'standardwebhooks';
import { freePort } from './launching';

export interface Told {
  id: string;
  sequence: number;
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  body: {
    event: string;
    resource: string;
    resource_uuid: string;
    payload: Record<string, unknown>;
  };
}

/** Responds to one webhook. */
export type Behaviour = (response: ServerResponse, told: Told) => void;

export const answering =
  (status: number, headers: Record<string, string> = {}, text = ''): Behaviour =>
  (response) => {
    response.writeHead(status, headers).end(text);
  };

export class Receiver {
  readonly told: Told[] = [];
  /** Number of requests in progress, and its maximum. */
  open = 0;
  mostOpen = 0;
  behave: Behaviour = answering(200);
  private server: Server;
  private port = 0;

  private constructor() {
    this.server = this.create();
  }

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    // One that is free again when the receiver comes back.
    receiver.port = await freePort();
    await receiver.listen();
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hooks`;
  }

  /** Returns the webhooks of a run or a step, by its uuid or that of its run. */
  of(runUuid: string): Told[] {
    return this.told.filter(
      ({ body: { resource_uuid, payload } }) =>
        resource_uuid === runUuid || payload['workflow_uuid'] === runUuid,
    );
  }

  /** Stops listening. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Listens at the same address again. */
  async restart(): Promise<void> {
    this.server = this.create();
    await this.listen();
  }

  private create(): Server {
    return createServer((request, response) => {
      let text = '';
      this.open += 1;
      this.mostOpen = Math.max(this.mostOpen, this.open);
      response.once('close', () => (this.open -= 1));
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      request.on('end', () => {
        const told: Told = {
          id: String(request.headers['webhook-id']),
          sequence: Number(request.headers['webhook-sequence']),
          path: request.url ?? '',
          headers: request.headers,
          text,
          body: JSON.parse(text) as Told['body'],
        };
        this.told.push(told);
        this.behave(response, told);
      });
    });
  }

  private async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(this.port, '127.0.0.1', resolve);
    });
  }
}

/** Verifies with the reference library. @throws Error for a wrong signature or timestamp. */
export function verify(secret: string, { text, headers }: Told): void {
  new Webhook(secret).verify(text, headers as Record<string, string>);
}
