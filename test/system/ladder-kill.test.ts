import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Caller, type RunJson } from '../support/caller';
import { startNipJourney, type Message, type NipJourney } from '../support/nip-journey';
import { Stack } from '../support/stack';

/** Runs that lose their worker at the same time. */
const AT_ONCE = 8;
/** With so many deaths around it a run takes its time, in milliseconds. */
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
  const linesOf = (file: string) => readFileSync(join(folder, file), 'utf8').trim().split('\n');

  const deaths = () => new Set(linesOf('died.log').map((line) => line.split(' ')[1]));

  /** A run whose sms go undelivered, from its form to its end; its worker dies at a point on the way. */
  async function walk(point: string): Promise<string> {
    const to = journey.phone('0002');
    const run = await journey.create(nip);
    plan[run.uuid] = plan[run.step] = point;
    writeFileSync(join(folder, 'next.json'), JSON.stringify(plan));
    renameSync(join(folder, 'next.json'), join(folder, 'plan.json'));
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

  it('at any event of the ladder has no rung sent twice and none skipped', async () => {
    await walk('watch');
    // The plan names a run once it is created: event 1 is behind it then.
    const points = [...new Set(linesOf('seen.log'))].filter((point) => point !== 'project:after:1');
    expect(points.length).toBeGreaterThan(20);
    relent = stack.supervise('worker');
    const uuids: string[] = [];
    for (let from = 0; from < points.length; from += AT_ONCE) {
      uuids.push(...(await Promise.all(points.slice(from, from + AT_ONCE).map(walk))));
    }
    // Another run's death may have carried one past its own point.
    for (const point of points) if (!deaths().has(point)) uuids.push(await walk(point));
    expect(deaths()).toEqual(new Set(points));
    expect(await stack.drifts(uuids)).toEqual([]);
  }, 240_000);
});
