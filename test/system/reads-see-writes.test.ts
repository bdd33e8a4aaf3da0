import { randomUUID } from 'node:crypto';
import { ACCEPTANCE, Caller, type Answered, type RunJson } from '../support/caller';
import { jpeg } from '../support/files';
import { startNipJourney, type NipJourney } from '../support/nip-journey';
import { readAfterWrites } from '../support/read-after-writes';
import { startSlowStack, type SlowStack } from '../support/slow-stack';

/** Promised maximum response time, in milliseconds. */
const PROMISED_MS = 5_000;
/** Time without writes to MongoDB, in milliseconds: longer than the worker tries before it responds (2 x 0.8 s). */
const DELAY_MS = 2_000;

/** A write and a read after it. */
interface Write {
  path: string;
  call: { body?: object; form?: FormData };
  /** Response to the write. */
  status: number;
  /** The read, and the part of it that shows the write. */
  read: string;
  shown: (read: never) => unknown;
  expected: unknown;
}

let slow: SlowStack;
let caller: Caller;
let journey: NipJourney;

beforeAll(async () => {
  slow = await startSlowStack();
  caller = new Caller(slow.stack.url);
  journey = await startNipJourney(caller);
}, 90_000);
afterAll(() => slow.stop(), 30_000);

async function create(more: object = {}): Promise<RunJson> {
  const body = { steps: ['acceptance'], setup: ACCEPTANCE, ...more };
  return (await caller.persist<RunJson>('/v1/workflows', { body })).body.result;
}

const stepOf = (run: RunJson) => `/v1/steps/${run.steps[0]?.uuid}`;
const statusOf = ({ status }: { status: string }) => status;
const ACCEPTED = { data: { accepted: true } };

/** A run whose person can ask for its code again. */
async function beginCode() {
  const to = journey.phone('5555');
  const nip = await journey.nip({ code: { resend_after: 60 } });
  const { uuid, step } = await journey.begin(nip, to);
  await journey.untilSends(step, ['sms delivered']);
  await caller.persist(`/v1/sandbox/runs/${uuid}/advance`, { body: { minutes: 1 } });
  const [message] = await journey.messages(to);
  const code = message === undefined ? '' : journey.codeIn(message);
  return { uuid, step: `/v1/steps/${step}`, code };
}

interface NipJson {
  payload: { verifications: { attempts_left: number; sends: object[] }[] };
}
const attemptsLeft = ({ payload }: NipJson) => payload.verifications[0]?.attempts_left;
const sendCount = ({ payload }: NipJson) => payload.verifications[0]?.sends.length;
const wrong = (code: string) => code.replace(/^./, (digit) => String((Number(digit) + 1) % 10));

const STAFF = { by: 'ana', reason: 'asked_by_phone' };

const WRITES: Record<string, () => Promise<Write>> = {
  async start() {
    const path = `/v1/workflows/${(await create()).uuid}`;
    const shown = (run: { started_at: string | null }) => run.started_at !== null;
    return {
      path: `${path}/start`,
      call: { body: {} },
      status: 200,
      read: path,
      shown,
      expected: true,
    };
  },
  async submission() {
    const run = await create();
    const [path, read] = [`${stepOf(run)}/submit`, `/v1/workflows/${run.uuid}`];
    return {
      path,
      call: { body: ACCEPTED },
      status: 200,
      read,
      shown: statusOf,
      expected: 'success',
    };
  },
  async 'wrong code'() {
    const { step, code } = await beginCode();
    const call = { body: { data: { code: wrong(code) } } };
    return {
      path: `${step}/submit`,
      call,
      status: 422,
      read: step,
      shown: attemptsLeft,
      expected: 4,
    };
  },
  async 'right code'() {
    const { step, code } = await beginCode();
    const call = { body: { data: { code } } };
    return {
      path: `${step}/submit`,
      call,
      status: 200,
      read: step,
      shown: statusOf,
      expected: 'success',
    };
  },
  async resend() {
    const { step } = await beginCode();
    return {
      path: `${step}/resend`,
      call: { body: {} },
      status: 200,
      read: step,
      shown: sendCount,
      expected: 2,
    };
  },
  async upload() {
    const files = [{ collection: 'id', title: 'Identificación', types: ['image/jpeg'] }];
    const step = stepOf(
      await create({ steps: ['files_upload'], setup: { files_upload: { files } } }),
    );
    const form = new FormData();
    form.append('collection', 'id');
    form.append('file', new Blob([new Uint8Array(jpeg())]), 'id.jpg');
    const shown = (media: object[]) => media.length;
    return {
      path: `${step}/media`,
      call: { form },
      status: 201,
      read: `${step}/media`,
      shown,
      expected: 1,
    };
  },
  async 'resend by staff'() {
    const { uuid, step } = await beginCode();
    const path = `/v1/workflows/${uuid}/actions/resend_code`;
    return { path, call: { body: STAFF }, status: 200, read: step, shown: sendCount, expected: 2 };
  },
  async cancellation() {
    const read = `/v1/workflows/${(await create()).uuid}`;
    const path = `${read}/actions/cancel`;
    return {
      path,
      call: { body: STAFF },
      status: 200,
      read,
      shown: statusOf,
      expected: 'cancelled',
    };
  },
  async advance() {
    const { uuid } = await create({ expires_in: 60 });
    const path = `/v1/sandbox/runs/${uuid}/advance`;
    const [call, read] = [{ body: { minutes: 24 * 60 } }, `/v1/workflows/${uuid}`];
    return { path, call, status: 200, read, shown: statusOf, expected: 'expired' };
  },
  async restart() {
    const read = `/v1/workflows/${(await create()).uuid}`;
    const path = `${read}/restart`;
    return { path, call: { body: {} }, status: 200, read, shown: statusOf, expected: 'cancelled' };
  },
};

type Prepared = Write & { name: string; idempotencyKey: string };

async function prepare(): Promise<Prepared[]> {
  return Promise.all(
    Object.entries(WRITES).map(async ([name, make]) => ({
      ...{ name, idempotencyKey: randomUUID() },
      ...(await make()),
    })),
  );
}

const send = ({ path, call, idempotencyKey }: Prepared) =>
  caller.once(path, { ...call, idempotencyKey });

const persist = ({ path, call, idempotencyKey }: Prepared) =>
  caller.persist(path, { ...call, idempotencyKey });

async function readAfter({ name, read, shown }: Prepared, { status }: Answered<unknown>) {
  const { body } = await caller.once<never>(read);
  return { name, status, shown: shown(body.result) };
}

const expectedOf = ({ name, status, expected }: Prepared) => ({ name, status, shown: expected });

describe('a service whose events reach MongoDB late', () => {
  it('responds to a write once a read shows it, within 5 s when MongoDB takes 2 s', async () => {
    const writes = await prepare();
    const release = slow.worker.stall();
    setTimeout(release, DELAY_MS);
    const seen = await Promise.all(
      writes.map(async (write) => {
        const answer = await send(write);
        return { ...(await readAfter(write, answer)), took: answer.took };
      }),
    );
    expect(seen.map(({ took: _took, ...rest }) => rest)).toEqual(writes.map(expectedOf));
    const late = seen.filter(({ took }) => took < DELAY_MS || took > PROMISED_MS);
    expect(late).toEqual([]);
  }, 90_000);

  it('returns 503 when MongoDB is too slow, and the result for the same Idempotency-Key afterwards', async () => {
    const writes = await prepare();
    const release = slow.worker.stall();
    const tries = await Promise.all(writes.map(send));
    const [again] = await Promise.all(writes.slice(0, 1).map(send));
    release();
    const summary = ({ status, body, retryAfter, took }: Answered<unknown>) => ({
      ...{ status, code: body.error?.code, retryAfter },
      inTime: took < PROMISED_MS,
    });
    const unavailable = { status: 503, code: 'unavailable', retryAfter: '1', inTime: true };
    expect([...tries, again as Answered<unknown>].map(summary)).toEqual(
      [...tries, again].map(() => unavailable),
    );
    const seen = await Promise.all(
      writes.map(async (write) => readAfter(write, await persist(write))),
    );
    expect(seen).toEqual(writes.map(expectedOf));
  }, 120_000);

  it('returns already_finished once a read shows the end of the run', async () => {
    const run = await create();
    const submit = (idempotencyKey: string) =>
      caller.once(`${stepOf(run)}/submit`, { body: ACCEPTED, idempotencyKey });
    const release = slow.worker.stall();
    const [first, second] = await Promise.all([submit('first'), submit('second')]);
    expect([first.status, second.status]).toEqual([503, 503]);
    release();
    const answers = await Promise.all(
      ['first', 'second'].map((idempotencyKey) =>
        caller.persist(`${stepOf(run)}/submit`, { body: ACCEPTED, idempotencyKey }),
      ),
    );
    const { body } = await caller.once<RunJson>(`/v1/workflows/${run.uuid}`);
    expect(body.result.status).toBe('success');
    expect(answers.map(({ status, body: { error } }) => error?.code ?? status).sort()).toEqual([
      200,
      'already_finished',
    ]);
  }, 60_000);

  it('returns a creation once the run can be read, else 503', async () => {
    const body = { steps: ['acceptance'], setup: ACCEPTANCE };
    const start = (idempotencyKey: string) =>
      caller.once<RunJson>('/v1/workflows', { body, idempotencyKey });
    slow.api.delay = () => DELAY_MS / 2;
    const created = await start('late');
    slow.api.delay = () => 0;
    expect([created.status, created.took < PROMISED_MS]).toEqual([200, true]);
    const release = slow.api.stall();
    const refused = await start('stopped');
    release();
    expect([refused.status, refused.retryAfter]).toEqual([503, '1']);
    const found = (
      await caller.persist<RunJson>('/v1/workflows', { body, idempotencyKey: 'stopped' })
    ).body.result;
    const reads = [created.body.result, found].map(({ uuid }) =>
      caller.once(`/v1/workflows/${uuid}`),
    );
    expect((await Promise.all(reads)).map(({ status }) => status)).toEqual([200, 200]);
    expect(created.body.result.uuid).not.toBe(found.uuid);
  }, 60_000);

  it('shows every write in the read after it, with any delays', async () => {
    const { stale, unexpected, slowest, reads } = await readAfterWrites(slow, {
      reads: 300,
      seed: 15,
    });
    expect({ stale, unexpected }).toEqual({ stale: [], unexpected: [] });
    expect(reads).toBeGreaterThanOrEqual(300);
    expect(slowest).toBeLessThan(PROMISED_MS);
  }, 120_000);
});
