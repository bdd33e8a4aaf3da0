/** Starts the API with its own database and, once a run gets a message, a worker; calls it like its clients. */
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { createApp } from '../../src/api/app';
import { createApiServer, type ServerTimeouts } from '../../src/api/server/server';
import { runLimits } from '../../src/messaging/budgets';
import { liveConnectors } from '../../src/providers/live-connectors';
import { ApiMetrics } from '../../src/api/metrics';
import { createGateway } from '../../src/platform/temporal/client';
import { OutboundGuard } from '../../src/platform/outbound/guard';
import { ProgressWatcher } from '../../src/application/runs/progress-watcher';
import type { ApiDependencies } from '../../src/api/dependencies';
import type { Mode } from '../../src/domain/run/events';
import { SCOPES, type Scope } from '../../src/store/accounts/api-keys';
import { createIndexes, createStores } from '../../src/store/stores';
import type { RunRef } from '../../src/store/account-scope';
import { requireDocumented } from './documented';
import { GatewayProbe } from './gateway-probe';
import { testKeys } from './keys';
import { RunWorker } from './run-worker';
import { stageEvents, type Draft } from './stage-events';
import { dropStore, freshDatabase, openStore } from './store';

export interface Call {
  method?: string;
  bearer?: string | undefined;
  /** Body to send as JSON. */
  body?: unknown;
  /** Raw body; its content type is in `headers`. */
  raw?: string | Buffer;
  headers?: Record<string, string>;
  idempotencyKey?: string;
}

/** An error response. */
export interface Problem {
  code: string;
  message: string;
  details: { path: string; message: string }[];
  request_id: string;
}

export interface Answered<Result> {
  status: number;
  headers: Headers;
  text: string;
  /** Content of the JSON: `result` or `error`. */
  body: { success: boolean; result: Result; error: Problem };
}

export interface StepJson {
  uuid: string;
  status: string;
  step: string;
  custom_id: string | null;
  coordinates: [string, string][];
  payload: Record<string, unknown> | null;
  error: unknown;
}

export interface RunJson extends Record<string, unknown> {
  uuid: string;
  status: string;
  steps: StepJson[];
}

export interface TokenJson extends RunJson {
  token: string;
  token_encoded: string;
  expiration: string | null;
  execution_url: string;
}

/** Response to start and submit. */
export interface ProgressJson {
  step: StepJson | null;
  run: {
    uuid: string;
    status: string;
    current_step_uuid: string | null;
    waiting_for: string | null;
  };
}

export interface Client {
  account_uuid: string;
  key: string;
}

export const ACCEPTANCE_SETUP = { acceptance: { text: 'Acepto los términos.', version: '1' } };
export const ADDRESS = {
  street: 'Calle Falsa',
  exterior_number: '123',
  neighborhood: 'Centro',
  municipality: 'Cuauhtémoc',
  state: 'CDMX',
  zip_code: '06000',
};

export type TestConfig = Partial<ApiDependencies['config']> & {
  providers?: { TWILIO_API_BASE_URL?: string; SENDGRID_API_BASE_URL?: string };
};

/** Time limit of a call and of an answer in milliseconds, so that a slow machine fails no test. */
const PATIENCE_MS = 30_000;

export class TestApi {
  /** All logged lines as one text, without redaction. */
  logs = '';
  readonly gateway: GatewayProbe;
  readonly worker: RunWorker;
  readonly deps: ApiDependencies;
  /** A live key of the first account, with all scopes; the default of calls. */
  client: Client = { account_uuid: '', key: '' };
  readonly server: Server;

  private constructor(
    readonly connection: Connection,
    database: string,
    limitMs?: number,
    { providers = {}, ...config }: TestConfig = {},
    patience?: ServerTimeouts,
  ) {
    const stores = createStores(connection, testKeys);
    this.worker = new RunWorker(database, `api-${randomUUID()}`);
    this.gateway = new GatewayProbe(
      createGateway(this.worker.client, this.worker.taskQueue, PATIENCE_MS),
      () => this.worker.start(),
    );
    const sink = { write: (line: string) => (this.logs += line) };
    const live = {
      ...{ TWILIO_API_BASE_URL: undefined, SENDGRID_API_BASE_URL: undefined },
      ...{ PUBLIC_URL: 'https://verify.example', ...providers },
    };
    this.deps = {
      ...stores,
      openConnector: liveConnectors({ ...stores, config: live }),
      config: {
        NODE_ENV: 'test',
        TEMPORAL_UI_URL: undefined,
        PUBLIC_URL: 'https://verify.example',
        TRUST_PROXY: 1,
        HASH_KEYS: testKeys.HASH_KEYS,
        CODE_KEYS: testKeys.CODE_KEYS,
        SANDBOX_ENABLED: true,
        CORS_ORIGINS: ['https://bank.example'],
        RATE_LIMIT: 10_000,
        ...{ MEDIA_MAX_BYTES: 1_000_000, MEDIA_MAX_PIXELS: 67_108_864, MEDIA_MAX_PAGES: 200 },
        ...config,
      },
      logger: pino({ level: 'debug' }, sink),
      gateway: this.gateway,
      budgets: runLimits,
      metrics: new ApiMetrics(stores),
      progress: new ProgressWatcher(stores, 20),
      guard: new OutboundGuard({ loopback: true, networks: [] }),
      pingStore: async () => {
        await connection.db?.command({ ping: 1 });
      },
    };
    this.server = createApiServer(
      createApp(this.deps, limitMs ?? PATIENCE_MS),
      this.deps,
      patience,
    );
  }

  /** `limitMs`: time limit of a response; `patience`: time limits of a request. */
  static async start(
    limitMs?: number,
    config?: TestConfig,
    patience?: ServerTimeouts,
  ): Promise<TestApi> {
    const database = freshDatabase();
    const api = new TestApi(await openStore(database), database, limitMs, config, patience);
    await Promise.all([createIndexes(api.deps), api.worker.prepare()]);
    await new Promise<void>((resolve) => api.server.listen(0, '127.0.0.1', resolve));
    api.client = await api.addClient();
    return api;
  }

  /** Stops serving and drops the database. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await this.worker.stop();
    await dropStore(this.connection);
  }

  /** Stores events of a run now; its workflow lacks them. */
  stage(uuid: string, ...drafts: Draft[]): Promise<void> {
    return stageEvents(this.deps.runs, { uuid }, ...drafts);
  }

  /** Returns all documents of a collection. */
  documents(collection: string): Promise<object[]> {
    return this.connection.collection(collection).find().toArray();
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Creates a key; of a new account by default. */
  async addClient(
    options: { account_uuid?: string; mode?: Mode; scopes?: Scope[]; name?: string } = {},
  ): Promise<Client> {
    const { mode = 'live', scopes = [...SCOPES], name = 'Banco Ejemplo' } = options;
    const account_uuid = options.account_uuid ?? randomUUID();
    const account = { uuid: account_uuid, name, language: 'es', webhook_secret: 'whsec_dGVzdA==' };
    await this.deps.accounts.ensureAccount(account);
    const made = await this.deps.apiKeys.create({ account_uuid, name: 'test', mode, scopes });
    return { account_uuid, key: made.text };
  }

  async call<Result = RunJson>(path: string, call: Call = {}): Promise<Answered<Result>> {
    const { raw, idempotencyKey, bearer = this.client.key } = call;
    const body = raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method: call.method ?? (body === undefined ? 'GET' : 'POST'),
      redirect: 'manual',
      headers: {
        ...(bearer === '' ? {} : { authorization: `Bearer ${bearer}` }),
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...call.headers,
      },
      ...(body === undefined ? {} : { body: body as string }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    const parsed = (isJson && text !== '' ? JSON.parse(text) : {}) as Answered<Result>['body'];
    const method = call.method ?? (body === undefined ? 'GET' : 'POST');
    if (isJson) requireDocumented({ method, path }, response.status, parsed);
    return { status: response.status, headers: response.headers, text, body: parsed };
  }

  /** Creates a run of `acceptance` and `personal_address`, or with the given `body`. */
  async createRun(body: Record<string, unknown> = {}, call: Call = {}): Promise<RunJson> {
    const steps = ['acceptance', 'personal_address'];
    const sent = { steps, setup: ACCEPTANCE_SETUP, ...body };
    const answer = await this.call('/v1/workflows', { ...call, body: sent });
    if (answer.status !== 200) throw new Error(`creation answered ${answer.text}`);
    return answer.body.result;
  }

  /** The reference of a run of the first account, for the store. */
  refOf({ uuid }: { uuid: string }): RunRef {
    return { uuid, account_uuid: this.client.account_uuid };
  }

  async mint(uuid: string, redirectUrl?: string): Promise<TokenJson> {
    const query =
      redirectUrl === undefined ? '' : `?redirect_url=${encodeURIComponent(redirectUrl)}`;
    return (await this.call<TokenJson>(`/v1/workflows/${uuid}/token${query}`)).body.result;
  }
}

/** Returns the uuid of a run's step, by its index. */
export function stepUuid(run: RunJson, index: number): string {
  const step = run.steps[index];
  if (step === undefined) throw new Error(`the run has no step ${index}`);
  return step.uuid;
}
