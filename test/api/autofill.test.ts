/** Tests `autofill` at creation, and the texts of the page. */
import { randomUUID } from 'node:crypto';
import { TestApi, ACCEPTANCE_SETUP, type RunJson, type TokenJson } from '../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const CREATION = { steps: ['acceptance'], setup: ACCEPTANCE_SETUP };
const create = (more: object) => api.call('/v1/workflows', { body: { ...CREATION, ...more } });
const faults = (answer: Awaited<ReturnType<typeof create>>) => [
  answer.status,
  answer.body.error.code,
  answer.body.error.details.map(({ path }) => path),
];

describe('autofill', () => {
  const DOCUMENT = {
    autosigning: true,
    send_email: true,
    document_name: 'Documento de prueba',
    user_email: 'example@mail.com',
  };

  test('is returned by the run and stored encrypted', async () => {
    const made = await create({ autofill: { ...DOCUMENT, branch: 'Centro', notes: null } });
    expect(made.status).toBe(200);
    const whole = { template_binding_uuid: null, document_uuid: null };
    expect(made.body.result).toMatchObject({ ...whole, user_email: 'example@mail.com' });
    const read = await api.call(`/v1/workflows/${made.body.result.uuid}`);
    expect(read.body.result).toEqual(made.body.result);
    expect(JSON.stringify(await api.documents('runs'))).not.toContain('example@mail.com');
  });

  test.each([
    ['a document that is not a uuid', { document_uuid: 'contract' }, 'document_uuid'],
    ['an unknown document', { document_uuid: randomUUID() }, 'document_uuid'],
    ['an unknown binding', { template_binding_uuid: randomUUID() }, 'template_binding_uuid'],
    ['a name that is not a string', { document_name: 5 }, 'document_name'],
    ['a flag that is not a boolean', { autosigning: 'yes' }, 'autosigning'],
    ['an invalid email', { user_email: 'ana' }, 'user_email'],
    ['send_email without an email', { send_email: true }, 'user_email'],
  ])('is refused with %s', async (_what, autofill, path) => {
    expect(faults(await create({ autofill }))).toEqual([
      400,
      'validation_failed',
      [`autofill.${path}`],
    ]);
  });

  test('is refused when it is not an object', async () => {
    expect(faults(await create({ autofill: 'all' }))).toEqual([
      400,
      'validation_failed',
      ['autofill'],
    ]);
  });
});

describe('a customization', () => {
  const VALUES = {
    acceptance: { title: 'Acepta', errors: { declined: 'Hace falta.' } },
    theme: { primary: '#1a5fb4' },
  };
  const customize = async (values: object, bearer?: string) => {
    const body = { name: randomUUID(), values };
    const answer = await api.call('/v1/customizations', { body, bearer });
    return answer.body.result.uuid;
  };
  const sessionOf = async (run: RunJson) => {
    const minted = await api.call<TokenJson>(`/v1/workflows/${run.uuid}/token`);
    const bearer = minted.body.result.token;
    return (
      await api.call<{ step: Record<string, unknown>; theme: object }>('/v1/session', { bearer })
    ).body.result;
  };

  test('is shown on the page as it was when the run was created', async () => {
    const uuid = await customize(VALUES);
    const made = await create({ metadata: { customization_uuid: uuid.toUpperCase() } });
    await api.call(`/v1/customizations/${uuid}`, { method: 'PUT', body: { values: {} } });
    await api.call(`/v1/customizations/${uuid}`, { method: 'DELETE' });
    const { step, theme } = await sessionOf(made.body.result);
    expect([step['texts'], theme]).toEqual([VALUES.acceptance, VALUES.theme]);
  });

  test("of a step's custom id overrides that of its key", async () => {
    const one = { step: 'acceptance', custom_id: 'privacy' };
    const setup = { privacy: ACCEPTANCE_SETUP.acceptance };
    const own = await customize({ ...VALUES, privacy: { title: 'Privacidad' } });
    const [named, byKey] = await Promise.all(
      [own, await customize(VALUES)].map((customization_uuid) =>
        create({ steps: [one], setup, metadata: { customization_uuid } }),
      ),
    );
    expect((await sessionOf(named!.body.result)).step['texts']).toEqual({ title: 'Privacidad' });
    expect((await sessionOf(byKey!.body.result)).step['texts']).toEqual(VALUES.acceptance);
  });

  test('that is unknown in the account is refused', async () => {
    const stranger = await api.addClient();
    const named = [randomUUID(), 'uuid', 7, {}, await customize(VALUES, stranger.key)];
    for (const customization_uuid of named) {
      const answer = await create({ metadata: { customization_uuid } });
      expect(faults(answer)).toEqual([400, 'validation_failed', ['metadata.customization_uuid']]);
    }
  });

  test('that is null is ignored', async () => {
    const made = await create({ metadata: { customization_uuid: null } });
    const { step, theme } = await sessionOf(made.body.result);
    expect([made.status, step['texts'], theme]).toEqual([200, {}, {}]);
  });
});

test('a customization stores texts under any name without a NUL character', async () => {
  const values = { $set: { 'a.b': 'x' }, 'b.c': { $gt: 'y' } };
  const made = await api.call('/v1/customizations', { body: { name: 'Odd names', values } });
  expect([made.status, made.body.result['values']]).toEqual([201, values]);
  const path = `/v1/customizations/${made.body.result.uuid}`;
  const changed = await api.call(path, { method: 'PUT', body: { values: { $unset: 'z' } } });
  expect([changed.status, changed.body.result['values']]).toEqual([200, { $unset: 'z' }]);
  for (const call of [
    { method: 'PUT', path, body: { values: { 'a\0b': 'x' } } },
    { method: 'POST', path: '/v1/customizations', body: { name: 'n', values: { 'a\0b': 'x' } } },
  ]) {
    expect((await api.call(call.path, call)).status).toBe(400);
  }
});
