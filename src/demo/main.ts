/** `npm run demo`: walks one run against the running stack and tells each step as it happens. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DemoClient, type RunJson } from './demo-client';
import { verifyPhone } from './verify-phone';
import { say } from './say';

interface DevInfo {
  api_url: string;
  test_key: string;
  temporal_ui_url: string | null;
  temporal_namespace: string;
}

const address = {
  street: 'Av. Insurgentes Sur',
  exterior_number: '1602',
  neighborhood: 'Crédito Constructor',
  municipality: 'Benito Juárez',
  state: 'CDMX',
  zip_code: '03940',
};

async function main(): Promise<void> {
  const dev = readDevInfo();
  const backend = new DemoClient(dev.api_url, dev.test_key);
  const run = await createRun(backend);
  say('Temporal UI', workflowUrl(dev, run.uuid));
  const person = await openPage(backend, run.uuid);
  await answerSteps(person, run);
  await verifyPhone(backend, person, run.steps[2]?.uuid ?? '');
  await readBack(backend, run.uuid);
}

async function createRun(backend: DemoClient): Promise<RunJson> {
  const run = await backend.post<RunJson>('/v1/workflows', {
    steps: ['acceptance', 'personal_address', 'verify_phone_number'],
    setup: { acceptance: { text: 'Acepto los términos y condiciones.', version: '2026-11' } },
    metadata: { made_by: 'npm run demo' },
    external_reference_id: 'demo-1',
    expires_in: 60,
  });
  say('created', `run ${run.uuid}, ${run.status}, expires ${run.deadline_at ?? 'never'}`);
  return run;
}

async function openPage(backend: DemoClient, uuid: string): Promise<DemoClient> {
  const minted = await backend.post<{ token: string; execution_url: string }>(
    `/v1/workflows/${uuid}/token`,
    { redirect_url: 'https://example.com/done' },
  );
  say('link', `${minted.execution_url} (opening it changes nothing)`);
  const person = new DemoClient(backend.url, minted.token);
  const { run } = await person.post<{ run: RunJson }>('/v1/session/start', {});
  say('opened', `by the person: ${run.status}`);
  return person;
}

async function answerSteps(person: DemoClient, { steps }: RunJson): Promise<void> {
  const [terms, home] = steps;
  const consent = await person.submit(terms?.uuid ?? '', { accepted: true });
  say('step 1', `acceptance: ${consent.step.status}, waiting for the ${consent.run.waiting_for}`);
  const refused = await person.refusal(`/v1/session/steps/${home?.uuid}/submit`, {
    data: { ...address, zip_code: '0394' },
  });
  say('refused', `a wrong postal code: ${refused.status} ${refused.code} at ${refused.path}`);
  const given = await person.submit(home?.uuid ?? '', address);
  say('step 2', `personal_address: ${given.step.status}`);
}

async function readBack(backend: DemoClient, uuid: string): Promise<void> {
  const run = await backend.get<RunJson>(`/v1/workflows/${uuid}`);
  const events = await backend.get<{ data: { number: number; type: string; actor: string }[] }>(
    `/v1/workflows/${uuid}/events?per_page=100`,
  );
  for (const { number, type, actor } of events.data) say(`event ${number}`, `${type} (${actor})`);
  say('result', `run ${run.uuid} ended as ${run.status}`);
  if (run.status !== 'success') process.exitCode = 1;
}

function workflowUrl(dev: DevInfo, uuid: string): string {
  if (dev.temporal_ui_url === null) return `workflow id ${uuid}`;
  return `${dev.temporal_ui_url}/namespaces/${dev.temporal_namespace}/workflows/${uuid}`;
}

function readDevInfo(): DevInfo {
  const file = join(__dirname, '..', '..', '.cerciora', 'dev.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DevInfo;
  } catch {
    throw new Error('Nothing is running here. Start it in another terminal: npm start');
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
