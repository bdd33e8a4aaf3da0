/** Prometheus metrics of an API process. Labels are patterns, methods, statuses and codes: never ids or persons. */
import { createServer, type Server } from 'node:http';
import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  countClosedPrefixes,
  findSilentConnectors,
  type SendingPorts,
} from '../application/messages/sending-health';
import { routePattern } from './server/route-pattern';

/** Milliseconds for which a gauge that is read from MongoDB is reused. */
const REREAD_MS = 60_000;
/** Upper bounds in seconds: reads take milliseconds, and 5 s is the promised maximum. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export class ApiMetrics {
  private readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'cerciora_http_request_seconds',
    help: 'Time from the first byte of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [this.registry],
  });
  private readonly underWay = new Gauge({
    name: 'cerciora_http_requests_under_way',
    help: 'Requests that have no answer yet',
    registers: [this.registry],
  });
  private readonly failures = new Counter({
    name: 'cerciora_http_failures_total',
    help: 'Answers that are failures, by their code',
    labelNames: ['code'],
    registers: [this.registry],
  });

  private readonly receipts = new Counter({
    name: 'cerciora_receipts_total',
    help: 'Last words of providers on messages, by channel and status',
    labelNames: ['channel', 'status'],
    registers: [this.registry],
  });

  private readonly refusals = new Counter({
    name: 'cerciora_api_budget_refusals_total',
    help: 'Code attempts and resend requests refused by a budget',
    labelNames: ['budget', 'of'],
    registers: [this.registry],
  });

  private readonly shareRefusals = new Counter({
    name: 'cerciora_share_refusals_total',
    help: 'Requests refused because their account had too many in progress, by kind',
    labelNames: ['share'],
    registers: [this.registry],
  });

  /** `sending`: read when Prometheus asks, at most once a minute. */
  constructor(sending: SendingPorts) {
    collectDefaultMetrics({ register: this.registry });
    this.gauge(
      'cerciora_connectors_without_receipts',
      'Connectors that accepted messages and sent no receipt; the log of the workers names them',
      async () => (await findSilentConnectors(sending)).length,
    );
    this.gauge('cerciora_closed_prefixes', 'Phone prefixes that the breaker closed', () =>
      countClosedPrefixes(sending),
    );
  }

  /** Adds a gauge whose value is read from MongoDB; it is absent while MongoDB is unreachable. */
  private gauge(name: string, help: string, count: () => Promise<number>): void {
    let readAt = -Infinity;
    const collect = async (gauge: Gauge) => {
      if (performance.now() - readAt < REREAD_MS) return;
      try {
        gauge.set(await count());
        readAt = performance.now();
      } catch {
        gauge.remove();
      }
    };
    const registers = [this.registry];
    const gauge: Gauge = new Gauge({ name, help, registers, collect: () => collect(gauge) });
  }

  /** Measures every request that passes through it. */
  readonly measure: RequestHandler = (request, response, next) => {
    const stop = this.requests.startTimer({ method: request.method });
    this.underWay.inc();
    response.once('close', () => {
      this.underWay.dec();
      stop({ route: routePattern(request), status: response.statusCode });
    });
    next();
  };

  /** Counts an error by its code. */
  failed(code: string): void {
    this.failures.inc({ code });
  }

  /** Counts a refusal by a budget. */
  refused(budget: string, of: 'attempt' | 'send'): void {
    this.refusals.inc({ budget, of });
  }

  /** Counts a request beyond the share of its account. */
  refusedShare(share: string): void {
    this.shareRefusals.inc({ share });
  }

  /** Counts a final status from a provider. */
  received(channel: string, status: string): void {
    this.receipts.inc({ channel, status });
  }

  /** Returns all metrics in the text format of Prometheus. */
  read(): Promise<string> {
    return this.registry.metrics();
  }

  /** Serves `/metrics` on loopback until the server is closed. */
  async serve(port: number): Promise<Server> {
    const server = createServer((request, response) => {
      if (request.url !== '/metrics') {
        response.writeHead(404).end();
        return;
      }
      void this.read().then((text) => {
        response.writeHead(200, { 'Content-Type': this.registry.contentType }).end(text);
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return server;
  }
}
