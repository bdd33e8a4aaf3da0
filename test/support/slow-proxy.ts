/** A proxy in front of MongoDB that delays or stops writes to runs, like a slow disk or network. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const HOST = '127.0.0.1';

/** Commands that write to the collection `runs` (OP_MSG, the command's name comes first). */
const WRITES = ['insert', 'update', 'findAndModify'].map((command) =>
  Buffer.concat([Buffer.from(`\x02${command}\0`), Buffer.of(5, 0, 0, 0), Buffer.from('runs\0')]),
);

export class SlowProxy {
  /** Delay of the next write before it reaches MongoDB, in milliseconds. */
  delay: () => number = () => 0;
  /** Number of delayed or stopped writes. */
  slowed = 0;
  private gate: Promise<void> | undefined;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  /** Starts a proxy to a local port. */
  static async start(target: number): Promise<SlowProxy> {
    const server = createServer();
    const proxy = new SlowProxy(server);
    server.on('connection', (client) => {
      proxy.join(client, connect({ host: HOST, port: target }));
    });
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Stops all writes until the returned function is called. */
  stall(): () => void {
    let release = (): void => undefined;
    this.gate = new Promise((resolve) => (release = resolve));
    return () => {
      this.gate = undefined;
      release();
    };
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Data that a client sent before it disconnected still reach MongoDB, as in a slow network. */
  private join(client: Socket, upstream: Socket): void {
    let last = Promise.resolve();
    const inOrder = (work: () => Promise<void> | void) => {
      last = last.then(work).catch(() => undefined);
    };
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.setNoDelay(true).on('error', () => undefined);
      socket.once('close', () => this.sockets.delete(socket));
    }
    client.on('data', (chunk: Buffer) => {
      inOrder(async () => {
        if (WRITES.some((command) => chunk.includes(command))) await this.slowDown();
        upstream.write(chunk);
      });
    });
    client.once('close', () => {
      inOrder(() => void upstream.end());
    });
    upstream.on('data', (chunk: Buffer) => client.write(chunk));
    upstream.once('close', () => client.destroy());
  }

  private async slowDown(): Promise<void> {
    const { gate } = this;
    const ms = this.delay();
    if (gate !== undefined || ms > 0) this.slowed += 1;
    await gate;
    if (ms > 0) await sleep(ms, undefined, { ref: false });
  }
}
