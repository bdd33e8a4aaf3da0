import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Caller, type RunJson } from '../support/caller';
import { startNipJourney, type Message, type NipJourney } from '../support/nip-journey';
import { Stack } from '../support/stack';

/** Runs whose worker is killed at the same time. */
const AT_ONCE = 8;
/** Time limit of a run with so many kills, in milliseconds. */
const PATIENCE_MS = 60_000;
const SENDS = ['sms undelivered', 'sms undelivered', 'whatsapp delivered'];

describe('a worker that is killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cerciora-die-'));
  let stack: Stack;
  let caller: Caller;
  let journey: NipJourney;
  let nip: string;
  let relent = (): void => undefined;

  beforeAll(async () => {
    stack = await Stack.start(
      {},
      {
        DIE_FOLDER: folder,
        NODE_OPTIONS: `--require ${join(__dirname, '../support/die-at.cjs')}`,
      },
    );
    caller = new Caller(stack.url);
    journey = await startNipJourney(caller, PATIENCE_MS);
    nip = await journey.nip();
  }, 60_000);
  afterAll(async () => {
    relent();
    await stack.stop();
    rmSync(folder, { recursive: true });
  }, 30_000);

  const plan: Record<string, string> = {};
  const announce = () => {
    writeFileSync(join(folder, 'next.json'), JSON.stringify(plan));
    renameSync(join(folder, 'next.json'), join(folder, 'plan.json'));
  };
  const linesOf = (file: string) => readFileSync(join(folder, file), 'utf8').trim().split('\n');

  const deaths = () => new Set(linesOf('died.log').map((line) => line.split(' ')[1]));
  /** Points at which a process of a run that the plan does not name was killed. */
  const starDeaths = () =>
    new Set(
      linesOf('died.log')
        .filter((line) => line.startsWith('* '))
        .map((line) => line.slice(2)),
    );

  /** A run whose SMS are undelivered, from its form to its end; its worker is killed at a point in between. */
  async function walk(point: string): Promise<string> {
    const to = journey.phone('0002');
    const run = await journey.create(nip);
    plan[run.uuid] = plan[run.step] = point;
    announce();
    await journey.fillIn(run, to);
    await journey.untilSends(run.step, SENDS);
    const got = await journey.messages(to);
    expect([point, ...got.map(({ channel }) => channel)]).toEqual([
      point,
      'whatsapp',
      'sms',
      'sms',
    ]);
    expect(new Set(got.map(journey.codeIn)).size).toBe(1);
    const body = { data: { code: journey.codeIn(got[0] as Message) } };
    const answer = await caller.persist<{ run: RunJson }>(`/v1/steps/${run.step}/submit`, { body });
    const read = await caller.persist<RunJson>(`/v1/workflows/${run.uuid}`);
    expect([point, answer.status, read.body.result.status]).toEqual([point, 200, 'success']);
    expect(await journey.sends(run.step)).toEqual(SENDS);
    return run.uuid;
  }

  it('at any event of the OTP policy sends no message twice and skips none', async () => {
    await walk('watch');
    // The plan names a run once it is created: event 1 is behind it then.
    const points = [...new Set(linesOf('seen.log'))].filter((point) => point !== 'project:after:1');
    expect(points.length).toBeGreaterThan(20);
    relent = stack.supervise('worker');
    const uuids: string[] = [];
    for (let from = 0; from < points.length; from += AT_ONCE) {
      uuids.push(...(await Promise.all(points.slice(from, from + AT_ONCE).map(walk))));
    }
    // A kill for another run may have moved a run past its own point.
    for (const point of points) if (!deaths().has(point)) uuids.push(await walk(point));
    const areAllDead = () => points.every((point) => deaths().has(point));
    await journey.until(() => Promise.resolve(areAllDead())).catch(() => undefined);
    expect(deaths()).toEqual(new Set(points));
    expect(await stack.drifts(uuids)).toEqual([]);
  }, 240_000);

  it('between a submission and its rules has the rules evaluated once with the same result', async () => {
    relent();
    relent = stack.supervise('worker');
    const make = async (path: string, body: object) =>
      (await caller.persist<{ uuid: string }>(path, { body })).body.result.uuid;
    const rule = { name: 'Accepted', template: 'accepted', step: 'acceptance' };
    const knockout_rules = [await make('/v1/knockout-rules', rule)];
    const rule_set_uuid = await make('/v1/rule-sets', { name: 'All', knockout_rules });
    const creation = {
      ...{ steps: ['acceptance', 'personal_address'], rule_set_uuid },
      setup: { acceptance: { text: 'Acepto.', version: '1' } },
      skip_steps: { personal_address: "acceptance['status'] == 'success'" },
    };
    const submitAndDie = async (point: string) => {
      const run = (await caller.persist<RunJson>('/v1/workflows', { body: creation })).body.result;
      plan[run.uuid] = point;
      announce();
      const body = { data: { accepted: true } };
      await caller.persist(`/v1/steps/${run.steps[0]?.uuid ?? ''}/submit`, { body });
      const read = await caller.persist<RunJson>(`/v1/workflows/${run.uuid}`);
      const { status, steps } = read.body.result;
      expect([point, status, steps[1]?.status]).toEqual([point, 'success', 'skipped']);
      return run.uuid;
    };
    const points = ['evaluateRules:before:asked', 'evaluateSkip:after:asked'];
    const uuids = await Promise.all(points.map(submitAndDie));
    expect([...deaths()]).toEqual(expect.arrayContaining(points));
    for (const uuid of uuids) {
      const types =
        (await stack.stores.runs.findWithEvents(uuid))?.events.map(({ type }) => type) ?? [];
      expect(types.filter((type) => type.endsWith('_evaluated'))).toHaveLength(2);
    }
    expect(await stack.drifts(uuids)).toEqual([]);
  }, 120_000);

  /** A run that starts with its code; the first process that reaches the point is killed. */
  async function begin(point: string): Promise<string> {
    rmSync(join(folder, 'seen.log'), { force: true });
    plan['*'] = point;
    announce();
    const to = journey.phone('5555');
    const setup = { verify_phone_number: { nip_uuid: nip, phone: to } };
    const body = { steps: ['verify_phone_number'], setup };
    const run = (await caller.persist<RunJson>('/v1/workflows', { body })).body.result;
    const step = run.steps[0]?.uuid ?? '';
    await journey.untilSends(step, ['sms delivered']);
    // A stored event is served before the worker gets MongoDB's answer, after which it is killed.
    if (point !== 'watch') await journey.until(() => Promise.resolve(starDeaths().has(point)));
    plan['*'] = 'nowhere';
    announce();
    const got = await journey.messages(to);
    expect([point, got.length]).toEqual([point, 1]);
    const code = { data: { code: journey.codeIn(got[0] as Message) } };
    const answer = await caller.persist(`/v1/steps/${step}/submit`, { body: code });
    expect([point, answer.status]).toEqual([point, 200]);
    return run.uuid;
  }

  it('while a first code is sent with the first events sends it once and loses no event', async () => {
    const uuids = [await begin('watch')];
    const points = [...new Set(linesOf('seen.log'))];
    expect(points).toContain('claim:after:1-1');
    for (const point of points) uuids.push(await begin(point));
    expect(starDeaths()).toEqual(new Set(points));
    expect(await stack.drifts(uuids)).toEqual([]);
  }, 240_000);
});
