/** Tests the typed client against the API: responses match its types. */
import {
  CercioraError,
  createCerciora,
  resultOf,
  type Cerciora,
} from '../../clients/typescript/index';
import { ADDRESS, TestApi } from '../support/api';
import { png } from '../support/files';

let api: TestApi;
let backend: Cerciora;
const url = () => `http://127.0.0.1:${api.port}`;
beforeAll(async () => {
  api = await TestApi.start();
  backend = createCerciora({ url: url(), bearer: api.client.key });
});
afterAll(() => api.stop());

const create = () =>
  resultOf(
    backend.POST('/v1/workflows', {
      body: {
        steps: ['acceptance', 'personal_address'],
        setup: { acceptance: { text: 'Acepto.', version: '1' } },
      },
    }),
  );

test('the client creates, opens, completes and reads a run', async () => {
  const run = await create();
  const path = { uuid: run.uuid };
  const minted = await resultOf(
    backend.POST('/v1/workflows/{uuid}/token', { params: { path }, body: {} }),
  );
  const person = createCerciora({ url: url(), bearer: minted.token });
  const answers = [{ accepted: true }, ADDRESS];
  for (const data of answers) {
    const { step } = await resultOf(person.GET('/v1/session'));
    const params = { path: { uuid: step?.uuid ?? '' } };
    await resultOf(person.POST('/v1/session/steps/{uuid}/submit', { params, body: { data } }));
  }
  const ended = await resultOf(backend.GET('/v1/workflows/{uuid}', { params: { path } }));
  expect([ended.status, ended.steps.map(({ status }) => status)]).toEqual([
    'success',
    ['success', 'success'],
  ]);
  const query = { status: 'success' as const };
  const listed = await resultOf(backend.GET('/v1/workflows', { params: { query } }));
  expect(listed.map(({ uuid }) => uuid)).toContain(run.uuid);
});

/** A client whose first response is lost; records the keys of its calls. */
function flakyClient() {
  const keys: (string | null)[] = [];
  const flaky = createCerciora({
    ...{ url: url(), bearer: api.client.key },
    fetch: async (request) => {
      keys.push(request.headers.get('Idempotency-Key'));
      const answer = await fetch(request);
      if (keys.length === 1) throw new TypeError('the connection was lost');
      return answer;
    },
  });
  return { flaky, keys };
}

test('the client uploads a file once as a form and reads it', async () => {
  const { flaky, keys } = flakyClient();
  const asked = { collection: 'payslip', title: 'Recibo de nómina' };
  const setup = { files_upload: { engine: 'review', files: [asked] } };
  const run = await resultOf(
    backend.POST('/v1/workflows', { body: { steps: ['files_upload'], setup } }),
  );
  const params = { path: { uuid: run.steps[0]?.uuid ?? '' } };
  const file = new Blob([new Uint8Array(png())], { type: 'image/png' });
  const path = '/v1/steps/{uuid}/media';
  const { media } = await resultOf(
    flaky.POST(path, { params, body: { collection: 'payslip', file } }),
  );
  expect(media).toMatchObject({ collection: 'payslip', mime: 'image/png', size: file.size });
  expect([keys.length, new Set(keys).size]).toEqual([2, 1]);
  expect(await resultOf(backend.GET(path, { params }))).toEqual([media]);
  const read = await backend.GET('/v1/media/{uuid}', {
    ...{ params: { path: { uuid: media.uuid } }, parseAs: 'blob' },
  });
  expect(read.data?.size).toBeGreaterThan(0);
});

test('the client throws an error of the API with its code and details', async () => {
  const call = resultOf(backend.POST('/v1/workflows', { body: { steps: ['acceptance'] } }));
  const error: unknown = await call.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CercioraError);
  expect(error).toMatchObject({
    ...{ status: 400, code: 'validation_failed', request_id: expect.any(String) },
    details: [{ path: 'setup.acceptance' }],
  });
});

test('the client repeats a request without a response with the same Idempotency-Key', async () => {
  const { flaky, keys } = flakyClient();
  const body = { name: 'Once', kind: 'sandbox' as const };
  const made = await resultOf(flaky.POST('/v1/connectors', { body }));
  expect([keys.length, new Set(keys).size]).toEqual([2, 1]);
  const listed = await resultOf(backend.GET('/v1/connectors'));
  expect(listed.data.map(({ uuid }) => uuid)).toEqual([made.uuid]);
});
