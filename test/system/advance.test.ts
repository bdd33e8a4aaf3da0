import { Caller, type RunJson } from '../support/caller';
import { startNipJourney, type NipJourney } from '../support/nip-journey';
import { Stack } from '../support/stack';

describe("a test run's clock", () => {
  let stack: Stack;
  let caller: Caller;
  let journey: NipJourney;

  beforeAll(async () => {
    stack = await Stack.start();
    caller = new Caller(stack.url);
    journey = await startNipJourney(caller);
  }, 60_000);
  afterAll(() => stack.stop(), 30_000);

  const moveOn = (uuid: string, minutes: number) =>
    caller.once<{ run: { status: string } }>(`/v1/sandbox/runs/${uuid}/advance`, {
      body: { minutes },
    });

  it('triggers successive receipt timeouts in one advance', async () => {
    const { uuid, step } = await journey.begin(await journey.nip(), journey.phone('0003'));
    expect((await moveOn(uuid, 3)).status).toBe(200);
    expect(await journey.sends(step)).toEqual(['sms sent', 'sms sent', 'whatsapp delivered']);
  }, 30_000);

  it('delivers the receipt of a message before its timeout', async () => {
    const { uuid, step } = await journey.begin(await journey.nip(), journey.phone('5555'));
    expect((await moveOn(uuid, 30)).status).toBe(200);
    expect(await journey.sends(step)).toEqual(['sms delivered']);
  }, 30_000);

  it('executes each deadline at its own time', async () => {
    const body = {
      ...{ steps: ['custom_form'], setup: { custom_form: { form_uuid: journey.form } } },
      ...{ abandon_after: 30, expires_in: 60 },
    };
    const { uuid } = (await caller.persist<RunJson>('/v1/workflows', { body })).body.result;
    await caller.persist(`/v1/workflows/${uuid}/start`, { body: {} });
    const answer = await moveOn(uuid, 24 * 60);
    expect(answer.body.result.run.status).toBe('expired');
    const events = await caller.persist<{ data: { type: string; at: string }[] }>(
      `/v1/workflows/${uuid}/events`,
    );
    const at = (type: string) =>
      Date.parse(events.body.result.data.find((event) => event.type === type)?.at ?? '') / 60_000;
    expect(Math.floor(at('run_abandoned') - at('run_opened'))).toBe(30);
    expect(Math.floor(at('run_expired') - at('run_created'))).toBe(60);
  }, 30_000);
});
