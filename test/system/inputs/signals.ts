/** Kind 6: whatever arrives at a run in Temporal, the run goes on. */
import { randomUUID } from 'node:crypto';
import { numbered, type Row } from './row';
import { brief, until, type RunJson } from './tenant';
import type { World } from './world';

interface EventJson {
  type: string;
  data: Record<string, unknown>;
}

const START = { steps: ['personal_address'], start: 'on_open' };

/** Sends a signal to a new run. Returns how the timeline reports it, and the answer to the person's start. */
async function signalled(
  world: World,
  send: (run: RunJson) => Promise<unknown>,
): Promise<unknown[]> {
  const run = await world.test.run(START);
  await send(run);
  const ignored = await until(`an ignored signal of ${run.uuid}`, async () => {
    const path = `/v1/workflows/${run.uuid}/events?per_page=100`;
    const { result } = await world.test.call<{ data: EventJson[] }>(path);
    return result.data.find(({ type }) => type === 'signal_ignored');
  });
  const started = await world.test.call(`/v1/workflows/${run.uuid}/start`, { body: {} });
  return [ignored.data['name'], ignored.data['cause'], brief(started)];
}

const handleOf = ({ stack }: World, { uuid }: RunJson) => stack.client.workflow.getHandle(uuid);

/** Sends payloads as they are, without the service's encryption. */
function sendRaw({ stack }: World, { uuid }: RunJson, signalName: string, payload: Payload) {
  return stack.client.connection.workflowService.signalWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: uuid },
    ...{ signalName, requestId: randomUUID(), input: { payloads: [payload] } },
  });
}
interface Payload {
  metadata?: Record<string, Uint8Array> | null;
  data?: Uint8Array | null;
}

/** The first sealed payload in a run's history that a function accepts. */
async function sealedPayload(world: World, run: RunJson): Promise<Payload> {
  return until(`a marker of ${run.uuid}`, async () => {
    const { events } = await handleOf(world, run).fetchHistory();
    const markers = (events ?? []).flatMap(({ markerRecordedEventAttributes: marker }) =>
      Object.values(marker?.details ?? {}).flatMap(({ payloads }) => payloads ?? []),
    );
    return markers.find(({ metadata }) => String(metadata?.['encoding']) === 'binary/encrypted');
  });
}

const plain = (value: unknown): Payload => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(JSON.stringify(value)),
});
const ignored = (signal: string, reason: string) => [signal, reason, '200'];

export const signalRows: Row[] = [
  ...numbered('S-06', [
    {
      what: 'receipt without an argument',
      ask: (world) => signalled(world, (run) => handleOf(world, run).signal('receipt')),
      right: ignored('receipt', 'unknown'),
    },
    {
      what: 'report without an argument',
      ask: (world) => signalled(world, (run) => handleOf(world, run).signal('report')),
      right: ignored('report', 'malformed'),
    },
    {
      what: 'report with a payload of the run’s own history',
      ask: (world) =>
        signalled(world, async (run) => {
          await world.test.call(`/v1/workflows/${run.uuid}/start`, { body: {} });
          await sendRaw(world, run, 'report', await sealedPayload(world, run));
        }),
      right: ignored('report', 'malformed'),
    },
  ]),
  ...numbered('S-19', [
    {
      what: 'cancel by two lines with a direction character',
      ask: (world) =>
        signalled(world, (run) =>
          sendRaw(world, run, 'cancel', plain({ by: 'x\n\u202e<script>', reason: 'ok' })),
        ),
      right: ignored('cancel', 'malformed'),
    },
  ]),
];
