/** Tests workflow templates with the samples of the Workflows API (REM Tools), and the runs created from them. */
import { TestApi, type Call, type RunJson } from '../support/api';

interface Template extends Record<string, unknown> {
  uuid: string;
}

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const TEMPLATES = '/v1/workflow-templates';
const SAMPLE = {
  name: 'Workflow Template 1',
  description: 'Workflow Template 1 description',
  steps: ['acceptance'],
  config: { metadata: { user_id: '{{$guid}}' }, expires_in: 20, disable_geolocation: true },
  steps_setup: { personal_address: {}, verify_email: {} },
};
const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/) as string;
const UUID = expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/) as string;
const send = (path: string, body: unknown, call: Call = {}) =>
  api.call<Template>(path, { ...call, body });
const paths = ({ body }: { body: { error: { details: { path: string }[] } } }) =>
  body.error.details.map(({ path }) => path);
let count = 0;

async function template(more: object = {}): Promise<Template> {
  count += 1;
  const answer = await send(TEMPLATES, { ...SAMPLE, name: `Template ${count}`, ...more });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body.result;
}

const runOf = ({ uuid }: Template, overwrites?: unknown, call: Call = {}) =>
  api.call(`${TEMPLATES}/${uuid}/workflows`, { ...call, body: { overwrites } });
const ACCEPTED = { acceptance: { text: 'Acepto.', version: '1' } };

test('a template is returned as written, and PUT changes the given fields only', async () => {
  const made = await template(SAMPLE);
  const whole = { uuid: UUID, ...SAMPLE, created_at: at, updated_at: at };
  expect(made).toEqual(whole);
  const path = `${TEMPLATES}/${made.uuid}`;
  const config = { expires_in: 5, external_reference_id: null };
  const changed = await send(path, { config }, { method: 'PUT' });
  expect(changed.body.result).toEqual({ ...whole, config });
  const list = await api.call<{ data: Template[] }>(TEMPLATES);
  expect(list.body.result.data).toEqual([changed.body.result]);
  expect((await api.call(path, { method: 'DELETE' })).status).toBe(200);
  expect((await api.call(`${path}/workflows`, { body: {} })).status).toBe(404);
});

test.each([
  ['an unknown step', { steps: ['nothing'] }, 'unknown_step', 'steps.0'],
  ['no step', { steps: [] }, 'validation_failed', 'steps'],
  ['an unknown field', { config: { colour: 1 } }, 'validation_failed', 'config.colour'],
  ['a wrong field', { config: { expires_in: 'soon' } }, 'validation_failed', 'config.expires_in'],
  ['setups in its config', { config: { setup: {} } }, 'validation_failed', 'config.setup'],
  ['an unknown field beside its config', { surprise: null }, 'validation_failed', 'surprise'],
])('a template is refused with %s', async (_what, more, code, path) => {
  const answer = await send(TEMPLATES, { ...SAMPLE, name: 'Refused', ...more });
  expect([answer.status, answer.body.error.code, paths(answer)]).toEqual([400, code, [path]]);
});

test('a template with a used name returns conflict', async () => {
  await template({ name: 'Onboarding' });
  const again = await send(TEMPLATES, { ...SAMPLE, name: 'Onboarding' });
  expect([again.status, again.body.error.code]).toEqual([409, 'conflict']);
});

test('a run is created from a template with overwrites in one call', async () => {
  const made = await template({
    config: { ...SAMPLE.config, metadata: { user_id: '{{$guid}}', location: 'US', tags: [1, 2] } },
    steps_setup: { ...SAMPLE.steps_setup, acceptance: { text: 'Acepto.' } },
  });
  const overwrites = {
    setup: { acceptance: { version: '2' }, verify_email: { user_id: 'x' } },
    metadata: { tags: [3], location: null },
    expires_in: 30,
  };
  const { status, body } = await runOf(made, overwrites);
  expect([status, body.result]).toEqual([
    201,
    expect.objectContaining({
      ...{ expires_in: 30, disable_geolocation: true, status: 'pending' },
      metadata: { user_id: UUID, tags: [3] },
    }),
  ]);
  const listed = await api.call<RunJson[]>(`/v1/workflows?template_uuid=${made.uuid}`);
  expect(listed.body.result.map(({ uuid }) => uuid)).toEqual([body.result.uuid]);
  expect((await api.call(`${TEMPLATES}/${made.uuid}`)).body.result).toEqual(made);
});

test('{{$guid}} is a different uuid in each run and the same uuid in a repetition', async () => {
  const made = await template({ steps_setup: ACCEPTED });
  const userOf = async (call: Call) =>
    ((await runOf(made, undefined, call)).body.result['metadata'] as { user_id: string }).user_id;
  const first = await userOf({ idempotencyKey: 'templated' });
  expect(await userOf({ idempotencyKey: 'templated' })).toBe(first);
  expect(await userOf({})).not.toBe(first);
});

test.each([
  ['a setup that the template lacks', {}, 'setup.acceptance'],
  ['an unknown field', { setup: ACCEPTED, colour: 1 }, 'colour'],
  ['a wrong field', { setup: ACCEPTED, config: { expires_in: -1 } }, 'expires_in'],
])('a run from a template is refused for %s', async (_what, overwrites, path) => {
  const answer = await runOf(await template(), overwrites);
  expect([answer.status, paths(answer)]).toEqual([400, [path]]);
});
