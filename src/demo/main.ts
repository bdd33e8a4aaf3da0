/** `npm run demo`: executes one run against the running stack and prints each step. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createCerciora,
  resultOf,
  type Cerciora,
  type Schemas,
} from '../../clients/typescript/index';
import { say } from './say';
import { refusalOf, submit } from './submit';
import { verifyPhone } from './verify-phone';

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

type Run = Schemas['Workflow'];

async function main(): Promise<void> {
  const dev = readDevInfo();
  const backend = createCerciora({ url: dev.api_url, bearer: dev.test_key });
  const run = await createRun(backend);
  say('Temporal UI', workflowUrl(dev, run.uuid));
  const person = await openPage(dev, backend, run.uuid);
  await answerSteps(person, run);
  await verifyPhone(backend, person, run.steps[2]?.uuid ?? '');
  await readBack(backend, run.uuid);
}

async function createRun(backend: Cerciora): Promise<Run> {
  const run = await resultOf(
    backend.POST('/v1/workflows', {
      body: {
        steps: ['acceptance', 'personal_address', 'verify_phone_number'],
        setup: { acceptance: { text: 'Acepto los términos y condiciones.', version: '2026-11' } },
        metadata: { made_by: 'npm run demo' },
        external_reference_id: 'demo-1',
        expires_in: 60,
      },
    }),
  );
  say('created', `run ${run.uuid}, ${run.status}, expires ${run.deadline_at ?? 'never'}`);
  return run;
}

async function openPage(dev: DevInfo, backend: Cerciora, uuid: string): Promise<Cerciora> {
  const minted = await resultOf(
    backend.POST('/v1/workflows/{uuid}/token', {
      params: { path: { uuid } },
      body: { redirect_url: 'https://example.com/done' },
    }),
  );
  say('link', `${minted.execution_url} (opening it changes nothing)`);
  const person = createCerciora({ url: dev.api_url, bearer: minted.token });
  const { run } = await resultOf(person.POST('/v1/session/start', { body: {} }));
  say('opened', `by the person: ${run.status}`);
  return person;
}

async function answerSteps(person: Cerciora, { steps }: Run): Promise<void> {
  const [terms, home] = steps;
  const consent = await submit(person, terms?.uuid ?? '', { accepted: true });
  say('step 1', `acceptance: ${consent.step?.status}, waiting for the ${consent.run.waiting_for}`);
  const refused = await refusalOf(
    submit(person, home?.uuid ?? '', { ...address, zip_code: '0394' }),
  );
  const [fault] = refused.details;
  say('refused', `a wrong postal code: ${refused.status} ${refused.code} at ${fault?.path}`);
  const given = await submit(person, home?.uuid ?? '', address);
  say('step 2', `personal_address: ${given.step?.status}`);
}

async function readBack(backend: Cerciora, uuid: string): Promise<void> {
  const path = { uuid };
  const run = await resultOf(backend.GET('/v1/workflows/{uuid}', { params: { path } }));
  const events = await resultOf(
    backend.GET('/v1/workflows/{uuid}/events', { params: { path, query: { per_page: 100 } } }),
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
  const file = join(process.cwd(), '.cerciora', 'dev.json');
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
