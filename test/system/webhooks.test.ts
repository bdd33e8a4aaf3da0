import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { derivedUuid } from '../../src/platform/crypto/derived-uuid';
import { ACCEPTANCE, Caller, carryRun, type RunJson } from '../support/caller';
import { Receiver, verify, type Told } from '../support/receiver';
import { Stack, WEBHOOK_SECRET } from '../support/stack';

/** Webhooks of a run: creation, opening, start and success of two steps, end. */
const SEQUENCES = [1, 2, 3, 4, 5, 6, 7];

describe('webhooks of a service whose processes are killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cerciora-die-'));
  let stack: Stack;
  let caller: Caller;
  let receiver: Receiver;
  let relent = (): void => undefined;

  beforeAll(async () => {
    receiver = await Receiver.start();
    const preload = `--require ${join(__dirname, '../support/die-at.cjs')}`;
    stack = await Stack.start({}, { DIE_FOLDER: folder, NODE_OPTIONS: preload });
    caller = new Caller(stack.url);
    relent = stack.supervise('worker');
  }, 60_000);
  afterAll(async () => {
    relent();
    await stack.stop();
    await receiver.stop();
    rmSync(folder, { recursive: true });
  }, 30_000);

  const sequencesOf = (uuid: string) =>
    receiver
      .of(uuid)
      .map(({ sequence }) => sequence)
      .join(', ');

  /** Waits until a receiver has all webhooks of a run; returns them without repetitions. */
  async function allReceived(uuid: string): Promise<Told[]> {
    for (const end = Date.now() + 60_000; Date.now() < end;) {
      const first = new Map(
        receiver
          .of(uuid)
          .reverse()
          .map((received) => [received.sequence, received]),
      );
      if (first.size >= SEQUENCES.length) return [...first.values()].reverse();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`received only ${sequencesOf(uuid)}`);
  }

  const soon = () => new Promise<void>((resolve) => setTimeout(resolve, randomInt(400)));
  const carry = (street: string) => carryRun(caller, street, soon, { callback_url: receiver.url });

  it('arrive within a second of their change', async () => {
    const { uuid } = await carry('Calle 1');
    const endedAt = performance.now();
    const received = await allReceived(uuid);
    const late = performance.now() - endedAt;
    expect(received.map(({ sequence }) => sequence)).toEqual(SEQUENCES);
    for (const each of received) verify(WEBHOOK_SECRET, each);
    expect(received.at(-1)?.body.payload['status']).toBe('success');
    process.stdout.write(`the last webhook came ${Math.round(late)} ms after the answer\n`);
    expect(late).toBeLessThan(1_000);
  }, 60_000);

  it('are repeated with the same id when the worker died before it recorded the delivery', async () => {
    const run = await caller.persist<RunJson>('/v1/workflows', {
      body: {
        ...{ steps: ['acceptance', 'personal_address'], setup: ACCEPTANCE },
        ...{ callback_url: receiver.url, start: 'on_open' },
      },
    });
    const { uuid, steps } = run.body.result;
    const fourth = derivedUuid(uuid, 'webhook/4');
    writeFileSync(
      join(folder, 'plan.json'),
      JSON.stringify({ [fourth]: 'recordAttempt:before:tried' }),
    );
    await caller.persist(`/v1/steps/${steps[0]?.uuid}/submit`, {
      body: { data: { accepted: true } },
    });
    const received = async (): Promise<Told[]> => {
      for (const end = Date.now() + 90_000; Date.now() < end;) {
        const found = receiver.of(uuid);
        if (found.some(({ sequence }) => sequence === 5)) return found;
        await soon();
      }
      throw new Error(`received only ${sequencesOf(uuid)}`);
    };
    const all = await received();
    expect(all.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 4, 5]);
    const [, , , one, two] = all;
    expect([two?.id, two?.text]).toEqual([one?.id, one?.text]);
    expect(one?.id).toBe(fourth);
  }, 120_000);

  it('all arrive in order and never have two bodies under one id', async () => {
    const carrying = Promise.all(
      Array.from({ length: 12 }, (_, index) => carry(`Avenida ${index}`)),
    );
    for (let kill = 0; kill < 5; kill += 1) {
      await new Promise((resolve) => setTimeout(resolve, 300 + randomInt(500)));
      await stack.kill('worker');
    }
    for (const run of await carrying) {
      const received = await allReceived(run.uuid);
      expect(received.map(({ sequence }) => sequence)).toEqual(SEQUENCES);
      expect(received.at(-1)?.body.payload).toMatchObject({ status: 'success' });
      const texts = new Map<string, Set<string>>();
      for (const { id, text } of receiver.of(run.uuid)) {
        texts.set(id, (texts.get(id) ?? new Set()).add(text));
      }
      expect([...texts.values()].map(({ size }) => size)).toEqual(SEQUENCES.map(() => 1));
    }
  }, 180_000);
});
