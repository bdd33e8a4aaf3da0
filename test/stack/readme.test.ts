/** Runs the README's blocks in order in one bash beside a fresh `npm start`. */
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { exampleOf, stepKeys } from '../support/catalogue';
import { ACCOUNT_SID, AUTH_TOKEN, LoopbackTwilio } from '../support/loopback-twilio';
import { freePort } from '../support/launching';
import { testSetting } from '../support/servers';
import { stepSchemas } from '../../src/steps/schemas';

const ROOT = path.resolve(__dirname, '../..');
const README = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const MY_PHONE = '+525598765432';
const MARK = '=== block ';
const PATIENCE_MS = 60_000;

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'cerciora-readme-'));
const twilio = new LoopbackTwilio();
let stack: ChildProcess;
let printed = '';
/** Output of each block, without the one that starts the stack. */
let outputs: string[];

interface DevInfo {
  api_url: string;
  test_key: string;
  temporal_ui_url: string;
}
const devInfo = () =>
  JSON.parse(fs.readFileSync(path.join(home, '.cerciora/dev.json'), 'utf8')) as DevInfo;

beforeAll(async () => {
  await twilio.start();
  layOut();
  const env = {
    ...{ PATH: `${path.join(home, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}` },
    ...{ HOME: process.env['HOME'], PORT: String(await freePort()) },
    ...{ METRICS_PORT: String(await freePort()), TWILIO_API_BASE_URL: twilio.url },
  };
  stack = spawn(process.execPath, ['start.js'], { cwd: home, env });
  for (const stream of [stack.stdout, stack.stderr]) {
    stream?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  }
  await until(() => printed.includes('Cerciora is running.'));
  outputs = await paste(blocks().slice(1));
}, 2 * PATIENCE_MS);

afterAll(async () => {
  if (stack.exitCode === null) {
    const ended = new Promise((resolve) => stack.once('exit', resolve));
    stack.kill('SIGTERM');
    await ended;
  }
  await twilio.stop();
  fs.rmSync(home, { recursive: true, force: true });
}, PATIENCE_MS);

/** Builds a folder like an installed and built clone, with the test servers on its PATH. */
function layOut(): void {
  fs.symlinkSync(path.join(ROOT, 'dist'), path.join(home, 'dist'));
  const start = JSON.stringify(path.join(ROOT, 'scripts/start.js'));
  fs.writeFileSync(
    path.join(home, 'start.js'),
    `require(${start}).main({ home: __dirname, prepared: true });`,
  );
  fs.mkdirSync(path.join(home, 'bin'));
  fs.symlinkSync(testSetting('TEST_TEMPORAL_BIN'), path.join(home, 'bin/temporal'));
  const mongodb = JSON.parse(testSetting('TEST_MONGODB_CMD')) as string[];
  const name = /mongod$/.test(mongodb.at(-1) ?? '') ? 'mongod' : 'secantusd-rs';
  const command = mongodb.map((word) => `'${word}'`).join(' ');
  const script = `#!/bin/sh\n[ "$1" = --version ] && exec echo 'version 8.0'\nexec ${command} "$@"\n`;
  fs.writeFileSync(path.join(home, 'bin', name), script, { mode: 0o755 });
}

/** Returns the README's shell blocks, in order. */
function blocks(): string[] {
  return [...README.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

/** Runs blocks one after another in one shell. Resolves with the output of each. */
async function paste(commands: readonly string[]): Promise<string[]> {
  const receiver = String(await freePort());
  const script = commands.map((block, index) => `echo '${MARK}${index}'\n${block}`).join('\n');
  const env = {
    ...{ PATH: process.env['PATH'], HOME: process.env['HOME'], MY_PHONE },
    ...{ TWILIO_ACCOUNT_SID: ACCOUNT_SID, TWILIO_AUTH_TOKEN: AUTH_TOKEN },
  };
  const shell = spawn('bash', ['--noprofile', '--norc'], { cwd: home, env });
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  shell.stdin.end(script.replaceAll('4000', receiver));
  const timer = setTimeout(() => shell.kill('SIGKILL'), PATIENCE_MS);
  await new Promise((resolve) => shell.once('close', resolve));
  clearTimeout(timer);
  return output.split(new RegExp(`^${MARK}\\d+\\n`, 'm')).slice(1);
}

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !condition();) {
    if (Date.now() > end) throw new Error(`the condition was never met: ${printed}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Parses the JSON values in the output of a block; jq prints each on one or several lines. */
function valuesIn(output = ''): Record<string, unknown>[] {
  const values: Record<string, unknown>[] = [];
  let open = '';
  for (const line of output.split('\n')) {
    if (open === '' && !/^[{[]/.test(line)) continue;
    open += line;
    if (!/[}\]]$/.test(line) || (line !== open && !/^[}\]]/.test(line))) continue;
    values.push(JSON.parse(open) as Record<string, unknown>);
    open = '';
  }
  return values;
}

test('the first block starts the stack, and the five other blocks run without errors', () => {
  expect(blocks()[0]).toBe('npm start\n');
  expect(outputs).toHaveLength(5);
  for (const output of outputs) {
    expect(output).not.toMatch(/command not found|syntax error|parse error|jq: error/);
  }
});

test('a first run ends in success', () => {
  const [created, first, second, read, events] = valuesIn(outputs[0]);
  expect(created).toMatchObject({ status: 'pending', on_deadline: 'expire' });
  expect(first).toMatchObject({ status: 'in_progress', waiting_for: 'person' });
  expect(second).toMatchObject({ status: 'success' });
  expect(read).toEqual({ status: 'success', steps: ['success', 'success'] });
  expect(events).toContain('run_succeeded');
});

test('a code is sent by the backup and accepted after the worker was killed', () => {
  const [sent, run] = valuesIn(outputs[1]);
  expect(sent).toMatchObject({ channel: 'whatsapp', backup_active: true });
  expect(run).toMatchObject({ status: 'success' });
  expect(printed).toContain('worker ended (SIGKILL)');
});

test('a run returns its next deadline, and its clock can be advanced', () => {
  expect(valuesIn(outputs[2])).toMatchObject([
    { status: 'in_progress', waiting_for: 'person', on_deadline: 'abandon' },
    { status: 'abandoned', on_deadline: 'expire' },
    { status: 'expired', deadline_at: null, on_deadline: null },
  ]);
});

test('webhooks arrive in order at a receiver that checks their signatures', () => {
  const webhookLines = (outputs[3] ?? '').match(/^\d (create|update) .*$/gm);
  expect(webhookLines?.map((line) => line[0])).toEqual(['1', '2', '3', '4', '5']);
  expect(webhookLines?.[0]).toMatch(/^1 create workflow/);
  expect(webhookLines).toContain('5 update workflow success');
  const delivered = valuesIn(outputs[3]).filter(({ sequence }) => sequence !== undefined);
  expect(delivered.map(({ sequence, status }) => [sequence, status])).toEqual(
    [5, 4, 3, 2, 1].map((sequence) => [sequence, 'delivered']),
  );
});

test('a live run sends its code through the provider', () => {
  const [checked, sent] = valuesIn(outputs[4]);
  expect(checked).toMatchObject({ ok: true });
  expect(sent).toMatchObject({ channel: 'sms', error_code: null });
  expect(twilio.to(MY_PHONE)).toHaveLength(1);
});

test('the start page of the running stack links to its Temporal UI', async () => {
  const { api_url, temporal_ui_url } = devInfo();
  expect(await (await fetch(api_url)).text()).toContain(`href="${temporal_ui_url}"`);
});

describe('on a fresh stack', () => {
  const call = async (route: string, body: object) => {
    const { api_url, test_key } = devInfo();
    const response = await fetch(`${api_url}${route}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${test_key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { result } = (await response.json()) as { result?: { uuid: string } };
    return { status: response.status, uuid: result?.uuid };
  };
  /** Steps that only a person can finish, with their destinations. */
  const person = {
    people_uuid: 'cf455647-34ad-4bf2-900a-83f385b07927',
    phone: '+525512345678',
    email: 'ana@example.com',
  };

  test.each(stepKeys)('%s can be created with only its required setup', async (step) => {
    const form = { name: 'F', fields: [{ key: 'a', label: 'A', type: 'text', required: true }] };
    const own =
      step === 'custom_form'
        ? { form_uuid: (await call('/v1/forms', form)).uuid }
        : exampleOf(step).setup;
    const setup = stepSchemas[step].setup_required ? { setup: { [step]: own } } : {};
    expect((await call('/v1/workflows', { steps: [step], ...setup, ...person })).status).toBe(200);
  });
});
