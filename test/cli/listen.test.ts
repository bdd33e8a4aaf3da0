import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { stepUuid, TestApi, type Client } from '../support/api';
import { Deliverer } from '../support/deliveries';
import { mark } from '../support/launching';
import { answering, Receiver, verify } from '../support/receiver';

const CLI = join(__dirname, '../../dist/cli.js');
const SECRET = 'whsec_dGVzdA==';

describe('cerciora listen', () => {
  let api: TestApi;
  let backend: Receiver;
  let deliverer: Deliverer;
  let test: Client;
  let child: ChildProcess;
  let printed = '';

  beforeAll(async () => {
    api = await TestApi.start();
    backend = await Receiver.start();
    deliverer = new Deliverer(api);
    test = await api.addClient({ account_uuid: api.client.account_uuid, mode: 'test' });
    await create();
    await deliverer.deliver();
    const args = ['--api-url', `http://127.0.0.1:${api.port}`, '--forward-to', backend.url];
    const environment = { CERCIORA_KEY: test.key, CERCIORA_WEBHOOK_SECRET: SECRET };
    child = spawn(process.execPath, [CLI, 'listen', ...args], {
      env: { PATH: process.env['PATH'], ...mark(), ...environment },
      cwd: __dirname,
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (printed += text));
    }
    await until(() => printed.includes('listening'));
    // Its first request has covered the earlier webhooks.
    await until(() => api.logs.includes('/v1/webhook-deliveries'));
  });
  afterAll(async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    await backend.stop();
    await api.stop();
  });

  const create = () =>
    api.createRun({ callback_url: 'https://listen.invalid/' }, { bearer: test.key });

  it('forwards new webhooks in order, signed as in production, to a local URL', async () => {
    const run = await create();
    await api.call(`/v1/steps/${stepUuid(run, 0)}/submit`, {
      ...{ bearer: test.key, body: { data: { accepted: true } } },
    });
    await deliverer.deliver();
    await until(() => backend.told.length >= 5);
    expect(backend.told.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(backend.of(run.uuid)).toHaveLength(5);
    for (const received of backend.told) verify(SECRET, received);
    expect(backend.told[0]?.body).toMatchObject({ event: 'create', resource: 'workflow' });
    await until(() => printed.includes(`${run.uuid}  5  update step  200`));
  }, 20_000);

  it('reports a failing backend and continues', async () => {
    backend.behave = answering(500);
    const run = await create();
    await deliverer.deliver();
    await until(() => printed.includes(`${run.uuid}  1  create workflow  500`));
    await backend.stop();
    const other = await create();
    await deliverer.deliver();
    await until(() => printed.includes(`${other.uuid}  1  create workflow  ECONNREFUSED`));
    await backend.restart();
  }, 20_000);

  it('exits on SIGINT with 0, and with 1 when an option is missing', async () => {
    const code = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    expect(await code).toBe(0);
    const lacking = spawn(process.execPath, [CLI, 'listen', '--forward-to', backend.url], {
      env: { PATH: process.env['PATH'], ...mark() },
      cwd: __dirname,
    });
    let text = '';
    lacking.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    expect(await new Promise((resolve) => lacking.once('exit', resolve))).toBe(1);
    expect(text).toContain('--api-url');
  }, 20_000);

  async function until(condition: () => boolean): Promise<void> {
    for (const end = Date.now() + 10_000; Date.now() < end;) {
      if (condition()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`the condition was never met: ${printed}`);
  }
});
