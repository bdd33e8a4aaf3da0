/**
 * Tests the API against its document with schemathesis: valid requests are accepted or refused as documented, and
 * invalid ones are refused. Uses examples, limits, random values and links (see schemathesis.toml).
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mark } from '../support/launching';
import { testSetting } from '../support/servers';
import { ACCEPTANCE, Caller, type RunJson } from '../support/caller';
import { Stack } from '../support/stack';

/** Random requests of each kind for each call. */
const EXAMPLES = process.env['FUZZ_EXAMPLES'] ?? '12';
/** Time limit of a longer search, in minutes. */
const LIMIT_MS = process.env['FUZZ_EXAMPLES'] === undefined ? 240_000 : 3_600_000;
const HOME = join(__dirname, '..', '..');

let stack: Stack;
beforeAll(async () => {
  // The person's run is a live one: only these have such a limit.
  stack = await Stack.start({}, {}, { RATE_LIMIT: '100000' });
});
afterAll(() => stack.stop());

test(
  'every response is documented',
  async () => {
    const { code, output } = await schemathesis(await prepared());
    if (code !== 0) throw new Error(`schemathesis found faults:\n${output}`);
    expect(output).toMatch(/Selected: (\d+)\/\1\n/);
    for (const phase of ['Examples', 'Coverage', 'Fuzzing', 'Stateful']) {
      expect(output).toContain(`✅ ${phase}`);
    }
  },
  LIMIT_MS,
);

/** Keys of the calls, and existing items of the account. */
async function prepared(): Promise<Record<string, string>> {
  const [fuzzed, other] = [await stack.addAccount(), await stack.addAccount()];
  await preferWhatsapp(fuzzed.test_key);
  const run = await createRun(fuzzed.test_key);
  const own = await createRun(fuzzed.live_key);
  const { token } = await mint(own.uuid, fuzzed.live_key);
  return {
    FUZZ_KEY: fuzzed.test_key,
    FUZZ_OTHER_KEY: other.test_key,
    FUZZ_TOKEN: token,
    FUZZ_RUN: run.uuid,
    FUZZ_STEP: run.steps[0]?.uuid ?? '',
    FUZZ_OWN_STEP: own.steps[0]?.uuid ?? '',
  };
}

/** Creates a default NIP of the account, like `npm start`: the document's examples need it. */
async function preferWhatsapp(bearer: string): Promise<void> {
  const caller = new Caller(stack.url);
  const body = { name: 'WhatsApp', first_verification: { channel: 'whatsapp' } };
  const nip = await caller.persist<{ uuid: string }>('/v1/nips', { body, bearer });
  const choice = { default_nip_uuid: nip.body.result.uuid };
  await caller.persist('/v1/account', { method: 'PUT', body: choice, bearer });
}

/** A run whose first step random requests can't finish. */
async function createRun(bearer: string): Promise<RunJson> {
  const body = { steps: ['personal_address', 'acceptance'], setup: ACCEPTANCE };
  const caller = new Caller(stack.url);
  return (await caller.persist<RunJson>('/v1/workflows', { body, bearer })).body.result;
}

async function mint(uuid: string, bearer: string): Promise<{ token: string }> {
  const caller = new Caller(stack.url);
  const path = `/v1/workflows/${uuid}/token`;
  return (await caller.persist<{ token: string }>(path, { body: {}, bearer })).body.result;
}

/** Runs schemathesis to its end, in a temporary folder. */
async function schemathesis(env: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'cerciora-fuzz-'));
  const args = [
    ...['--config-file', join(HOME, 'schemathesis.toml'), 'run', `${stack.url}/openapi.json`],
    ...['--url', stack.url, '--max-examples', EXAMPLES, '--continue-on-failure'],
  ];
  const child = spawn(testSetting('TEST_SCHEMATHESIS_BIN'), args, {
    cwd: folder,
    env: {
      ...{ PATH: process.env['PATH'], HOME: folder, ...mark(), ...env },
      ...{ NO_COLOR: '1', PYTHONDONTWRITEBYTECODE: '1', PYTHONHASHSEED: '0', PYTHONUTF8: '1' },
      SCHEMATHESIS_HOOKS: 'fuzz_hooks',
      PYTHONPATH: __dirname,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { code, output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
