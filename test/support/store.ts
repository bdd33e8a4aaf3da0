/** Databases for store tests, and random runs for property tests. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Connection } from 'mongoose';
import type {
  EventData,
  EventType,
  Json,
  NumberedEvent,
  RunSettings,
} from '../../src/domain/run/events';
import { foldWithWebhooks } from '../../src/domain/run/outbox';
import type { RunView } from '../../src/domain/run/view';
import { connectStore } from '../../src/store/connection';
import type { ProjectionBatch } from '../../src/domain/run/projection-batch';
import { runCreated } from './new-run';

/** Returns the address of a new database on the test server. */
export function freshDatabase(): string {
  const server = process.env['TEST_MONGODB_URI'];
  if (server === undefined) throw new Error('TEST_MONGODB_URI is not set: run this by `npm test`.');
  const url = new URL(server);
  url.pathname = `/test_${randomUUID().replaceAll('-', '')}`;
  return url.href;
}

/** Connects to a fresh database. Drop it with `dropStore`. */
export function openStore(uri = freshDatabase(), timeoutMs = 10_000): Promise<Connection> {
  return connectStore(uri, timeoutMs, { monitorCommands: true }).asPromise();
}

export async function dropStore(connection: Connection): Promise<void> {
  await connection.dropDatabase();
  await connection.close();
}

/** Builds the batch of `events` that follow on `before`, as a task at `task_time` writes it. */
export function batchOf(
  before: RunView | null,
  events: readonly NumberedEvent[],
  { sealed, task_time = 0 }: { sealed?: string; task_time?: number } = {},
): ProjectionBatch {
  let view = before;
  const items = events.map((event) => {
    const folded = foldWithWebhooks(view, [event]);
    view = folded.view;
    return { event, entries: folded.entries };
  });
  if (view === null) throw new Error('a batch needs a run');
  const after = before?.number ?? 0;
  return { after, items, view, task_time, ...(sealed === undefined ? {} : { sealed }) };
}

/** JSON that is unchanged by a round trip (`-0` is not). */
export const arbitraryJson: fc.Arbitrary<Json> = fc
  .jsonValue({ maxDepth: 2 })
  .map((value) => JSON.parse(JSON.stringify(value)) as Json);

const faults = fc.record({
  code: fc.constantFrom('code_wrong', 'rule_failed'),
  reason: fc.string(),
});
const submissionId = fc.option(fc.uuid());
const nothing = fc.constant({});
const asked = fc.record({ by: fc.string(), reason: fc.string(), verified: fc.boolean() });

/** Events without codes, which have their own property tests in `src/domain/otp`. */
type LaterType = Exclude<EventType, 'run_created'>;
const laterData: { [Type in LaterType]: fc.Arbitrary<EventData[Type]> } = {
  run_opened: fc.record({ submission_id: submissionId }),
  person_active: fc.record({ submission_id: submissionId }),
  run_abandoned: nothing,
  run_resumed: nothing,
  step_started: fc.record({ waits_for: fc.constantFrom('person', 'provider', 'reviewer') }),
  submission_accepted: fc.record({ submission_id: fc.uuid() }),
  media_added: fc.record({
    media_uuid: fc.uuid(),
    collection: fc.constantFrom('id_front', 'id_back'),
    mime: fc.constant('image/jpeg'),
    size: fc.nat(),
    sha256: fc.constant('0'.repeat(64)),
  }),
  step_succeeded: nothing,
  step_failed: faults,
  step_rejected: faults,
  step_skipped: nothing,
  review_requested: fc.record({ reason: fc.constantFrom('rule_not_evaluable', 'no_engine') }),
  skip_evaluated: fc.record({ verdict: fc.constantFrom('true', 'false', 'unknown') }),
  rules_evaluated: fc.constant({ rules: [] }),
  review_approved: asked,
  review_rejected: asked,
  run_succeeded: nothing,
  run_failed: faults,
  run_rejected: faults,
  run_expired: nothing,
  run_cancelled: asked,
  clock_advanced: fc.record({ offset: fc.nat({ max: 10 * 60_000 }) }),
  signal_ignored: fc.record({
    name: fc.string(),
    cause: fc.constantFrom('malformed', 'unknown', 'not_applicable'),
  }),
};
const FINALS = new Set<string>([
  ...['run_succeeded', 'run_failed', 'run_rejected', 'run_expired', 'run_cancelled'],
]);

const drafts = fc.oneof(
  ...(Object.keys(laterData) as LaterType[]).map((type) => ({
    // Ends are rare, so that most sequences have something after each event.
    weight: FINALS.has(type) ? 1 : 8,
    arbitrary: fc.record({
      type: fc.constant(type),
      data: (laterData[type] as fc.Arbitrary<object>).map((data) => ({ ...data })),
      actor: fc.constantFrom('person', 'staff', 'system', 'provider', 'integrator'),
      /** Index of the event's step; beyond the last: none. */
      step: fc.nat({ max: 3 }),
      /** Milliseconds since the previous event. */
      after: fc.oneof(fc.constant(0), fc.nat({ max: 10 * 60_000 })),
    }),
  })),
);

const arbitrarySettings = fc.record({
  callback_url: fc.option(fc.constant('https://backend.example/hook')),
  template_uuid: fc.option(fc.uuid()),
  expires_in: fc.nat({ max: 60 }),
  abandon_after: fc.option(fc.integer({ min: 1, max: 60 })),
  start: fc.constantFrom('immediate' as const, 'on_open' as const),
});

const CREATED_AT = Date.UTC(2026, 10, 1);

/** Random events of a run in order, from its creation on, plausible or not. */
export function arbitraryEvents(
  fixed: Partial<RunSettings> = {},
): fc.Arbitrary<[NumberedEvent, ...NumberedEvent[]]> {
  return fc
    .record({
      uuid: fc.uuid(),
      settings: arbitrarySettings,
      steps: fc.array(fc.record({ uuid: fc.uuid(), settings: arbitraryJson }), {
        minLength: 1,
        maxLength: 3,
      }),
      later: fc.array(drafts, { maxLength: 25 }),
    })
    .map(({ uuid, settings, steps, later }) => {
      const created = runCreated({ ...settings, ...fixed, uuid, at: CREATED_AT });
      created.data.steps = steps.map((step) => ({ ...step, key: 'acceptance', custom_id: null }));
      let at = CREATED_AT;
      const events = later.map(({ type, data, actor, step, after }, index) => {
        const step_uuid = steps[step]?.uuid ?? null;
        at += after;
        return { number: index + 2, at, type, actor, step_uuid, data } as NumberedEvent;
      });
      return [created, ...events];
    });
}

/** Splits events into consecutive non-empty pieces. */
export function arbitrarySplit<Item>(items: readonly Item[]): fc.Arbitrary<Item[][]> {
  return fc.subarray(items.map((_, index) => index).slice(1)).map((cuts) => {
    const bounds = [0, ...cuts, items.length];
    return bounds.slice(1).map((end, index) => items.slice(bounds[index], end));
  });
}
