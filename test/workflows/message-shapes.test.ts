/** Tests that a run continues after messages of any shape to any handler. */
import { Client } from '@temporalio/client';
import { createDataConverter } from '../../src/platform/temporal/data-converter';
import type { NipPolicy } from '../../src/domain/otp/policy';
import type { Json } from '../../src/domain/run/events';
import { submitUpdate } from '../../src/workflows/messages/messages';
import { FakeProjection, codeDigest } from '../support/fake-projection';
import { testKeys } from '../support/keys';
import { newRun } from '../support/new-run';
import { plainSpeaking } from '../support/plain-speaking';
import { WorkflowEnvironment, type TestRun } from '../support/workflow-environment';

const POLICY: NipPolicy = {
  verifications: [{ channel: 'sms', connector_uuid: null, backup: null }],
  code: {
    ...{ length: 6, expires_in: 600, max_wrong: 3, max_sends: 5 },
    ...{ resend_after: 30, receipt_timeout: 60 },
  },
};
const SIGNALS = [
  ...['report', 'reconcile', 'cancel', 'approve_step', 'reject_step'],
  ...['resend_code', 'switch_channel', 'no_such_signal'],
];
const UPDATES = ['start', 'submit', 'resend', 'upload', 'action', 'advance', 'no_such_update'];

let deep: unknown = 1;
for (let depth = 0; depth < 500; depth += 1) deep = [deep];
const proto: unknown = JSON.parse('{"__proto__":{"by":"eve"},"constructor":{"prototype":1}}');

const ODD = [undefined, null, 0, -1, 1.5, 1e308, '', true, [], [1], {}, proto];

/** Arguments of every shape, none of which is right for any handler. */
const GENERIC: unknown[][] = [
  [],
  ...ODD.map((value) => [value]),
  ['x'],
  [deep],
  ['x'.repeat(500_000)],
  [Array.from({ length: 20_000 }, (_, index) => index)],
  [newRun({}), newRun({})],
  [null, undefined, {}],
  [{ by: 'x\n\u202e<script>', reason: 'ok' }],
  [{ by: 'x', reason: 'A sentence.' }],
];

/** By handler: arguments that are right but for one field. */
function almostRight(run: TestRun): Record<string, unknown[][]> {
  const step_uuid = run.steps[0] ?? '';
  const report = { order: 1, send: 1, status: 'delivered', error_code: null };
  const submission = { id: 'x', step_uuid, actor: 'person', facts: { kind: 'consent' } };
  const file = { media_uuid: 'm', collection: 'c', mime: 'image/png', sha256: 'a' };
  const upload = { step_uuid, actor: 'person', ...file, size: 1, max_files: 1 };
  const action = { action: 'switch_channel', by: 'a', reason: 'b', actor: 'staff' };
  const without = (whole: object, names: string[], right: (value: unknown) => boolean) =>
    names.flatMap((name) =>
      ODD.filter((value) => !right(value)).map((value) => [{ ...whole, [name]: value }]),
    );
  const none = () => false;
  return {
    report: [
      ...without({ step_uuid, report }, ['step_uuid', 'report'], none),
      ...['order', 'send', 'status', 'error_code', 'is_permanent'].flatMap((name) =>
        ODD.map((value) => [{ step_uuid, report: { ...report, order: 7, [name]: value } }]),
      ),
    ],
    start: without({ actor: 'person', submission_id: null }, ['actor'], none),
    submit: [
      ...without(submission, ['step_uuid', 'actor', 'facts'], none),
      ...without(submission, ['id'], (value) => value === ''),
      ...without({ kind: 'code', order: 1, digest: 'd' }, ['kind', 'order', 'digest'], (value) =>
        ['', 0, -1].includes(value as never),
      ).map(([facts]) => [{ ...submission, facts }]),
    ],
    resend: without({ step_uuid, actor: 'person' }, ['step_uuid', 'actor'], none),
    upload: without(upload, ['media_uuid', 'size', 'max_files'], (value) =>
      ['', 0].includes(value as never),
    ),
    action: without(action, ['action', 'by', 'reason', 'actor', 'details'], none),
    advance: without({ minutes: 1 }, ['minutes'], (value) => value === 1.5),
    switch_channel: without({ by: 'a', reason: 'b' }, ['channel', 'by'], none),
  };
}

const speakers: [name: string, dataConverter: object][] = [
  ['the service, encrypted', createDataConverter(testKeys.ENCRYPTION_KEYS)],
  ['a stranger, in plain', plainSpeaking(createDataConverter(testKeys.ENCRYPTION_KEYS))],
];

describe('a run', () => {
  let environment: WorkflowEnvironment;
  beforeAll(async () => {
    environment = await WorkflowEnvironment.create();
  });
  afterAll(() => environment.close());

  const speakerOf = (dataConverter: object) =>
    new Client({ connection: environment.server.connection, dataConverter });

  test.each(speakers)(
    'continues after malformed messages by %s to every handler',
    async (_name, dataConverter) => {
      const options = {
        ...{ steps: ['nip'], start: 'immediate' as const },
        stepSettings: { nip: POLICY as unknown as Json, asks_for: null },
      };
      await environment.withRun(options, async (run, projection) => {
        while (projection.sent.length === 0) await environment.server.sleep('1s');
        const handle = speakerOf(dataConverter).workflow.getHandle(run.uuid);
        const almost = almostRight(run);
        const shapesFor = (name: string) => [...GENERIC, ...(almost[name] ?? [])];
        for (const signal of SIGNALS) {
          for (const args of shapesFor(signal)) await handle.signal(signal, ...args);
        }
        for (const update of UPDATES) {
          for (const args of shapesFor(update)) {
            const updating = handle.executeUpdate(update, { args: args as [] });
            await expect(updating).rejects.toThrow('Workflow Update failed');
          }
        }
        for (const args of GENERIC) {
          await handle.query('view', ...args);
          await expect(handle.query('no_such_query', ...args)).rejects.toThrow();
        }
        const id = crypto.randomUUID();
        const facts = { kind: 'code', order: 1, digest: codeDigest(1, 1) };
        const answer = await run.handle.executeUpdate(submitUpdate, {
          updateId: id,
          args: [{ id, step_uuid: run.steps[0] ?? '', actor: 'person', facts }],
        });
        expect(answer.run.status).toBe('success');
        const history = await run.handle.fetchHistory();
        const failed = history.events?.filter((event) => event.workflowTaskFailedEventAttributes);
        expect(failed).toEqual([]);
        const ignored = projection
          .get(run.uuid)
          .events.filter(({ type }) => type === 'signal_ignored');
        expect(ignored[0]?.data).toEqual({ name: 'report', cause: 'malformed' });
      });
    },
  );

  test('refuses replayed payloads of its own history as any other message', async () => {
    await environment.withRun({}, async (run, projection) => {
      await run.open();
      const { events = [] } = (await run.handle.fetchHistory()) as { events?: Event_[] };
      const payloads = events.flatMap(payloadsIn);
      expect(payloads.length).toBeGreaterThan(2);
      const { workflowService } = environment.server.connection;
      for (const payload of payloads) {
        for (const signalName of SIGNALS) {
          await workflowService.signalWorkflowExecution({
            namespace: environment.client.options.namespace,
            workflowExecution: { workflowId: run.uuid },
            signalName,
            input: { payloads: [payload] },
            requestId: crypto.randomUUID(),
          });
        }
      }
      await run.submit(0);
      expect((await run.submit(1)).run.status).toBe('success');
      expect(projection.get(run.uuid).view.status).toBe('success');
    });
  });

  test.each(speakers)('is not started by %s with a malformed input', async (...by) => {
    const projection = new FakeProjection();
    const queue = crypto.randomUUID();
    const worker = await environment.createWorker(queue, projection);
    const client = speakerOf(by[1]);
    await worker.runUntil(async () => {
      for (const args of [
        [],
        [null],
        ['x'],
        [[]],
        [{}],
        [{ kind: 'new' }],
        [{ kind: 'carried' }],
      ]) {
        const workflowId = crypto.randomUUID();
        const started = client.workflow.execute('verificationRun', {
          ...{ workflowId, taskQueue: queue, args },
        });
        await expect(started).rejects.toMatchObject({ name: 'WorkflowFailedError' });
      }
    });
    expect(projection.calls).toBe(0);
  });
});

type Event_ = object;

/** Returns every payload in an event of a history, at any depth. */
function payloadsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  if ('metadata' in value && 'data' in value) return [value];
  return Object.values(value).flatMap(payloadsIn);
}
