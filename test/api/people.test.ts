/** Tests data of people across runs. */
import { randomUUID } from 'node:crypto';
import { stepUuid, TestApi, type RunJson } from '../support/api';
import { jpeg } from '../support/files';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

interface PersonJson {
  uuid: string;
  enrolled_face: { media_uuid: string; workflow_uuid: string; step_uuid: string } | null;
  last_workflow_uuid: string;
}

const person = (uuid: string, call: { method?: string; bearer?: string } = {}) =>
  api.call<PersonJson>(`/v1/people/${uuid}`, call);
const act = (run: RunJson, action: string) =>
  api.call(`/v1/workflows/${run.uuid}/actions/${action}`, { body: { by: 'Ana', reason: 'seen' } });

/** A run in which a person uploaded their face; with `isDone`, a reviewer approved it. */
async function enrol(people_uuid: string, isDone = true): Promise<RunJson> {
  const run = await api.createRun({ steps: ['enroll_full', 'personal_address'], people_uuid });
  const step = `/v1/steps/${stepUuid(run, 0)}`;
  for (const collection of ['id_front', 'id_back', 'selfie']) {
    const form = new FormData();
    form.append('collection', collection);
    form.append('file', new Blob([new Uint8Array(jpeg())]), 'photo.jpg');
    expect((await api.call(`${step}/media`, { method: 'POST', raw: form as never })).status).toBe(
      201,
    );
  }
  const body = { data: {}, coordinates: [-99.1, 19.4] };
  if (isDone) {
    expect((await api.call(`${step}/submit`, { body })).status).toBe(200);
    expect((await act(run, 'approve_step')).status).toBe(200);
  }
  return run;
}

test('GET /v1/people/{uuid} returns the last enrolled face with its picture', async () => {
  const uuid = randomUUID();
  await enrol(uuid);
  const last = await enrol(uuid);
  await enrol(uuid, false);
  const found = (await person(uuid)).body.result;
  expect(found.enrolled_face).toMatchObject({
    ...{ workflow_uuid: last.uuid, step_uuid: stepUuid(last, 0) },
  });
  const picture = await fetch(
    `http://127.0.0.1:${api.port}/v1/media/${found.enrolled_face?.media_uuid}`,
    { headers: { authorization: `Bearer ${api.client.key}` } },
  );
  expect(picture.headers.get('content-type')).toBe('image/jpeg');
});

test('a forgotten person and a person whose run was erased have no enrolled face', async () => {
  const uuid = randomUUID();
  const run = await enrol(uuid);
  expect((await person(uuid, { method: 'DELETE' })).body.result.enrolled_face).toBeNull();
  expect((await person(uuid)).body.result).toMatchObject({
    ...{ uuid, enrolled_face: null, last_workflow_uuid: run.uuid },
  });
  const again = await enrol(uuid);
  expect((await person(uuid)).body.result.enrolled_face?.workflow_uuid).toBe(again.uuid);
  await act(again, 'cancel');
  const erased = await api.call(`/v1/workflows/${again.uuid}/personal-data`, { method: 'DELETE' });
  expect(erased.status).toBe(200);
  expect((await person(uuid)).body.result.enrolled_face).toBeNull();
  expect((await api.documents('media')).length).toBeGreaterThan(0);
  expect(JSON.stringify(await api.documents('media'))).not.toContain(again.uuid);
});

test('a submission without required files is refused again when it is repeated after a lost response', async () => {
  const run = await api.createRun({ steps: ['enroll_full'] });
  const submit = () =>
    api.call(`/v1/steps/${stepUuid(run, 0)}/submit`, {
      body: { data: {}, coordinates: [-99.1, 19.4] },
      idempotencyKey: 'once',
    });
  expect((await submit()).status).toBe(422);
  await api.connection
    .collection('idempotency')
    .updateMany({}, { $set: { reply: null, lease_until: new Date(0) } });
  const again = await submit();
  expect([again.status, again.body.error.code]).toEqual([422, 'submission_refused']);
});

test('a person without runs in the account returns 404', async () => {
  const uuid = randomUUID();
  expect((await person(uuid)).status).toBe(404);
  await enrol(uuid);
  const stranger = await api.addClient();
  expect((await person(uuid, { bearer: stranger.key })).status).toBe(404);
  expect((await person(uuid, { bearer: stranger.key, method: 'DELETE' })).status).toBe(404);
  expect((await person(uuid)).body.result.enrolled_face).not.toBeNull();
});
