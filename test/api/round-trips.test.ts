/** Tests the cost of a read: one round trip to MongoDB beside cached keys, and none to Temporal. */
import { stepUuid, TestApi, type RunJson } from '../support/api';

let api: TestApi;
let run: RunJson;
let token: string;
/** Names of calls to Temporal. */
const calls: string[] = [];
/** Commands sent to MongoDB, with their collection. */
const commands: string[] = [];
beforeAll(async () => {
  api = await TestApi.start();
  run = await api.createRun();
  token = (await api.mint(run.uuid)).token;
  api.deps.gateway = new Proxy(api.gateway, {
    get(gateway, name, receiver) {
      calls.push(String(name));
      return Reflect.get(gateway, name, receiver) as unknown;
    },
  });
  api.connection.getClient().on('commandStarted', ({ commandName, command }) => {
    commands.push(`${commandName} ${String(command[commandName])}`);
  });
});
afterAll(() => api.stop());

const RUN = 'find runs';
/** Look-ups of a token, which are not cached so that a revocation applies at once. */
const TOKEN = 'find tokens';

test.each<[string, () => string, string[]]>([
  ['GET /v1/workflows/{uuid}', () => `/v1/workflows/${run.uuid}`, [RUN]],
  ['GET /v1/steps/{uuid}', () => `/v1/steps/${stepUuid(run, 0)}`, [RUN]],
  ['GET /v1/workflows/{uuid}/events', () => `/v1/workflows/${run.uuid}/events`, [RUN]],
  ['GET /v1/workflows', () => '/v1/workflows', [RUN]],
  ['GET /v1/session', () => '/v1/session', [TOKEN, RUN]],
])(
  '%s makes only the expected reads in MongoDB and no call to Temporal',
  async (_name, path, expected) => {
    const read = () => api.call(path(), { bearer: path() === '/v1/session' ? token : undefined });
    // Fills the caches of API keys, run keys and accounts.
    await read();
    commands.length = 0;
    calls.length = 0;
    expect((await read()).status).toBe(200);
    expect(commands).toEqual(expected);
    expect(calls).toEqual([]);
  },
);

test('a write is recorded by both counters', async () => {
  commands.length = 0;
  calls.length = 0;
  await api.call(`/v1/workflows/${run.uuid}/start`, { body: {} });
  expect(commands).toContain(RUN);
  expect(calls).toContain('open');
});
