import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporal } from '@temporalio/proto';
import { Caller, addressIn, type RunJson } from '../support/caller';
import { testSetting } from '../support/servers';
import { Stack, TEST_KEY } from '../support/stack';

/** Texts that occur nowhere else. */
const TYPED = {
  street: 'Calle-Muy-Secreta-7781',
  reference: 'CURP-HEGG560427MVZRRL04',
  metadata: 'metadata-of-nobody-else-5512',
  setup: 'Texto-de-consentimiento-9921',
  agent: 'Agent-Of-The-Person-3345',
};
const run = promisify(execFile);

describe('a service that received personal data', () => {
  let stack: Stack;
  let caller: Caller;
  let uuid: string;
  let token: string;
  let link: string;

  beforeAll(async () => {
    stack = await Stack.start();
    caller = new Caller(stack.url);
    const body = {
      steps: ['acceptance', 'personal_address'],
      setup: { acceptance: { text: TYPED.setup, version: '1' } },
      metadata: { note: TYPED.metadata },
      external_reference_id: TYPED.reference,
    };
    const created = await caller.once<RunJson>('/v1/workflows', {
      body,
      idempotencyKey: randomUUID(),
    });
    const { steps } = created.body.result;
    uuid = created.body.result.uuid;
    const minted = await caller.once<{ token: string; execution_url: string }>(
      `/v1/workflows/${uuid}/token`,
    );
    token = minted.body.result.token;
    link = minted.body.result.execution_url.split('/r/')[1] ?? '';
    await fetch(`${stack.url}/r/${link}`);
    await fetch(`${stack.url}/v1/session/steps/${steps[0]?.uuid}/submit`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'user-agent': TYPED.agent,
      },
      body: JSON.stringify({ data: { accepted: true }, coordinates: [-99.133209, 19.432608] }),
    });
    await caller.once(`/v1/steps/${steps[1]?.uuid}/submit`, {
      body: { data: { ...addressIn(TYPED.street), zip_code: 'wrong' } },
      bearer: TEST_KEY,
    });
  }, 60_000);
  afterAll(() => stack.stop(), 30_000);

  it('continues after malformed signals from the Temporal CLI and from gRPC', async () => {
    const cli = testSetting('TEST_TEMPORAL_BIN');
    const address = ['--address', stack.temporal.address];
    for (const input of ['"garbage"', '{"by": 7}', 'null']) {
      const what = ['--workflow-id', uuid, '--name', 'cancel', '--input', input];
      await run(cli, ['workflow', 'signal', ...what, ...address]);
    }
    await stack.client.connection.workflowService.signalWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: uuid },
      signalName: 'cancel',
      requestId: randomUUID(),
      input: {
        payloads: [{ metadata: { encoding: Buffer.from('who/knows') }, data: Buffer.of(0, 255) }],
      },
    });
    const before = await caller.once<RunJson>(`/v1/workflows/${uuid}`);
    expect(before.body.result.status).toBe('in_progress');
    const body = { data: addressIn(TYPED.street) };
    const stepUuid = before.body.result.steps[1]?.uuid ?? '';
    await caller.once(`/v1/steps/${stepUuid}/submit`, { body, idempotencyKey: randomUUID() });
    const after = await caller.once<RunJson>(`/v1/workflows/${uuid}`);
    expect(after.body.result.status).toBe('success');
    expect(after.body.result.steps[1]?.payload).toMatchObject({ street: TYPED.street });
    const timeline = await caller.once<{ data: { type: string }[] }>(
      `/v1/workflows/${uuid}/events?per_page=100`,
    );
    const ignored = timeline.body.result.data.filter((event) => event.type === 'signal_ignored');
    expect(ignored).toHaveLength(4);
    expect(await stack.drifts([uuid])).toEqual([]);
  }, 30_000);

  it('writes none of the data to a log', () => {
    const logs = stack.logs('api') + stack.logs('worker');
    expect(logs).toContain('/v1/session/steps/:uuid/submit');
    expectNothingTyped(Buffer.from(logs));
  });

  it('stores none of the data in plain text in a history, memo or search attribute', async () => {
    const { workflowService } = stack.client.connection;
    const execution = { namespace: 'default', execution: { workflowId: uuid } };
    const history = await workflowService.getWorkflowExecutionHistory(execution);
    const described = await workflowService.describeWorkflowExecution(execution);
    const { History } = temporal.api.history.v1;
    const { DescribeWorkflowExecutionResponse } = temporal.api.workflowservice.v1;
    expectNothingTyped(Buffer.from(History.encode(history.history ?? {}).finish()));
    expectNothingTyped(Buffer.from(DescribeWorkflowExecutionResponse.encode(described).finish()));
    expect(described.workflowExecutionInfo?.searchAttributes?.indexedFields).toHaveProperty(
      'AccountId',
    );
  });

  it('stores the data only encrypted in the documents and files of the database', async () => {
    const found = await stack.stores.runs.findWithEvents(uuid);
    expect(found).not.toBeNull();
    expectNothingTyped(Buffer.from(JSON.stringify(found)));
    await stack.mongo.stop();
    for (const file of filesIn(stack.mongo.dataDir)) expectNothingTyped(readFileSync(file));
    for (const file of filesIn(stack.folder).filter((name) => name.includes('temporal.db'))) {
      expectNothingTyped(readFileSync(file));
    }
  });

  function expectNothingTyped(bytes: Buffer): void {
    const [, secret = ''] = token.split('|');
    const secrets = {
      ...TYPED,
      secret,
      link,
      key: TEST_KEY.split('|')[1] ?? '',
      longitude: '-99.133209',
    };
    for (const [name, text] of Object.entries(secrets)) {
      expect({ name, found: bytes.includes(text) }).toEqual({ name, found: false });
    }
  }
});

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
