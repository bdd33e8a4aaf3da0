/** Tests knockout rules, rule sets and customizations with the samples of the Workflows API (REM Tools). */
import { TestApi, type Call } from '../support/api';

interface Made extends Record<string, unknown> {
  uuid: string;
  name: string;
  knockoutRules: { uuid: string; name: string }[];
}

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const nobody = '00000000-0000-4000-8000-000000000000';
const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/) as string;
const send = (path: string, body: unknown, call: Call = {}) =>
  api.call<Made>(path, { ...call, body });
const put = (path: string, body: unknown, call: Call = {}) =>
  send(path, body, { ...call, method: 'PUT' });
const remove = (path: string, body?: unknown) => api.call<Made>(path, { method: 'DELETE', body });
const paths = ({ body }: { body: { error: { details: { path: string }[] } } }) =>
  body.error.details.map(({ path }) => path);
const SAMPLE = { template: "email != 'example@example.com'", active: true, step: 'acceptance' };
let count = 0;

async function rule(more: object = {}): Promise<Made> {
  count += 1;
  const answer = await send('/v1/knockout-rules', { name: `Rule ${count}`, ...SAMPLE, ...more });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body.result;
}

describe('a knockout rule', () => {
  test('is created, read, listed, changed and archived', async () => {
    const made = await rule({ name: 'Knockout Rule 1' });
    const whole = { ...SAMPLE, name: 'Knockout Rule 1', created_at: at, updated_at: at };
    expect(made).toEqual({ uuid: expect.any(String), ...whole });
    const path = `/v1/knockout-rules/${made.uuid}`;
    expect((await api.call(path)).body.result).toEqual(made);
    const list = await api.call<{ data: Made[] }>('/v1/knockout-rules?per_page=1');
    expect(list.body.result).toMatchObject({ current_page: 1, per_page: 1, data: [made] });
    const changed = await put(path, { active: false });
    expect(changed.body.result).toMatchObject({ ...SAMPLE, active: false });
    const archived = await remove(path);
    expect([archived.status, archived.body.result.uuid]).toEqual([200, made.uuid]);
    expect((await api.call(path)).status).toBe(404);
  });

  test('is refused when its expression does not parse, at creation and change', async () => {
    const template = "enroll_full['payload']['biometrics']['matchLevel'] >= 5}";
    const refused = await send('/v1/knockout-rules', { name: 'Misprint', ...SAMPLE, template });
    expect([refused.status, refused.body.error.code]).toEqual([400, 'invalid_expression']);
    expect(refused.body.error.details).toEqual([
      { path: 'template', message: expect.stringContaining('position 55') },
    ]);
    const change = await put(`/v1/knockout-rules/${(await rule()).uuid}`, { template });
    expect(change.body.error.code).toBe('invalid_expression');
  });

  test('is refused for an unknown step and with an unknown field', async () => {
    const body = { name: 'R', ...SAMPLE, step: 'nothing', colour: 1 };
    expect(paths(await send('/v1/knockout-rules', body)).sort()).toEqual(['colour', 'step']);
  });

  test('has a unique name in its account until it is archived', async () => {
    const [first, second] = [await rule({ name: 'One' }), await rule({ name: 'Two' })];
    const again = await send('/v1/knockout-rules', { name: ' One ', ...SAMPLE });
    expect([again.status, again.body.error.code, paths(again)]).toEqual([
      ...[409, 'conflict'],
      ['name'],
    ]);
    const renamed = await put(`/v1/knockout-rules/${second.uuid}`, { name: 'One' });
    expect(renamed.body.error.code).toBe('conflict');
    const { key } = await api.addClient();
    const elsewhere = await send('/v1/knockout-rules', { name: 'One', ...SAMPLE }, { bearer: key });
    expect(elsewhere.status).toBe(201);
    await remove(`/v1/knockout-rules/${first.uuid}`);
    expect((await put(`/v1/knockout-rules/${second.uuid}`, { name: 'One' })).status).toBe(200);
  });

  test('is created once by a repeated request', async () => {
    const body = { name: 'Repeated', ...SAMPLE };
    const call = { idempotencyKey: 'rule-once' };
    const first = await send('/v1/knockout-rules', body, call);
    const again = await send('/v1/knockout-rules', body, call);
    expect([again.status, again.body.result.uuid]).toEqual([201, first.body.result.uuid]);
  });

  test('returns 412 for a change with a stale If-Match', async () => {
    const { uuid } = await rule();
    const path = `/v1/knockout-rules/${uuid}`;
    const etag = (await api.call(path)).headers.get('etag') ?? '';
    await put(path, { active: false });
    expect((await put(path, { active: true }, { headers: { 'if-match': etag } })).status).toBe(412);
  });
});

describe('a rule set', () => {
  test('is returned with its rules, which can be added and removed', async () => {
    const [one, two, three] = [await rule(), await rule(), await rule()];
    const body = { name: 'Rule Set 1', description: 'Rule Set 1 description', active: true };
    const rules = { knockout_rules: [one.uuid, two.uuid] };
    const { status, body: made } = await send('/v1/rule-sets', { ...body, ...rules });
    expect([status, made.result]).toEqual([
      201,
      {
        uuid: expect.any(String),
        ...body,
        knockoutRules: [one, two],
        created_at: at,
        updated_at: at,
      },
    ]);
    const path = `/v1/rule-sets/${made.result.uuid}`;
    const changed = await put(path, { active: false });
    expect(changed.body.result).toMatchObject({ active: false, knockoutRules: [one, two] });
    const more = { knockout_rules: [three.uuid, one.uuid] };
    const added = await send(`${path}/knockout-rules`, more);
    expect([added.status, added.body.result.knockoutRules]).toEqual([200, [one, two, three]]);
    const fewer = await remove(`${path}/knockout-rules`, { knockout_rules: [one.uuid] });
    expect([fewer.status, fewer.body.result.knockoutRules]).toEqual([200, [two, three]]);
    const list = await api.call<{ data: Made[] }>('/v1/rule-sets');
    expect(list.body.result.data[0]).toEqual(fewer.body.result);
  });

  test('refuses unknown rules', async () => {
    const own = await rule();
    const body = { name: 'Unknown', knockout_rules: [own.uuid, nobody] };
    expect(paths(await send('/v1/rule-sets', body))).toEqual(['knockout_rules.1']);
    const set = (await send('/v1/rule-sets', { name: 'Known' })).body.result;
    const path = `/v1/rule-sets/${set.uuid}/knockout-rules`;
    for (const answer of [
      await send(path, { knockout_rules: [nobody] }),
      await remove(path, { knockout_rules: [nobody] }),
    ]) {
      expect([answer.status, paths(answer)]).toEqual([400, ['knockout_rules.0']]);
    }
  });

  test('is returned without an archived rule', async () => {
    const [one, two] = [await rule(), await rule()];
    const body = { name: 'Going on', knockout_rules: [one.uuid, two.uuid] };
    const { uuid } = (await send('/v1/rule-sets', body)).body.result;
    await remove(`/v1/knockout-rules/${one.uuid}`);
    const changed = await put(`/v1/rule-sets/${uuid}`, { description: 'without' });
    expect([changed.status, changed.body.result.knockoutRules]).toEqual([200, [two]]);
  });

  test('contains all rules that are added concurrently', async () => {
    const rules = [await rule(), await rule(), await rule()];
    const { uuid } = (await send('/v1/rule-sets', { name: 'Crowded' })).body.result;
    const path = `/v1/rule-sets/${uuid}/knockout-rules`;
    await Promise.all(rules.map((each) => send(path, { knockout_rules: [each.uuid] })));
    const { knockoutRules } = (await api.call<Made>(`/v1/rule-sets/${uuid}`)).body.result;
    expect(knockoutRules.map((each) => each.uuid).sort()).toEqual(
      rules.map((each) => each.uuid).sort(),
    );
  });
});

describe('a customization', () => {
  const values = {
    auth: {
      title: 'Autentica con tu rostro',
      errors: { an_error_occurred: 'Ocurrió un problema' },
      legend: 'Coloca tu rostro en el recuadro',
      description: 'Sigue las instrucciones para validar tu identidad.',
    },
  };

  test('stores the sample texts exactly as sent', async () => {
    const { status, body } = await send('/v1/customizations', { name: 'Customization 1', values });
    expect([status, body.result]).toEqual([
      201,
      { uuid: expect.any(String), name: 'Customization 1', values, created_at: at, updated_at: at },
    ]);
    const theme = { primary: '#1a5fb4', logo: 'https://cdn.example/logo.png' };
    const changed = await put(`/v1/customizations/${body.result.uuid}`, { values: { theme } });
    expect(changed.body.result).toMatchObject({ name: 'Customization 1', values: { theme } });
  });

  test.each([
    [{ auth: { title: 5 } }, 'values.auth.title'],
    [{ auth: { title: null } }, 'values.auth.title'],
    [{ auth: ['a'] }, 'values.auth'],
    [{ theme: { primary: 'red;background:url(//x)' } }, 'values.theme.primary'],
    [{ theme: { logo: 'javascript:alert(1)' } }, 'values.theme.logo'],
    [{ theme: 'dark' }, 'values.theme'],
  ])('is refused with %j', async (given, path) => {
    const answer = await send('/v1/customizations', { name: 'Refused', values: given });
    expect([answer.status, paths(answer)]).toEqual([400, [path]]);
  });
});
