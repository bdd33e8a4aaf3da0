/** Tests the typed client's repetitions, lists and webhook verification without a server. */
import {
  CercioraError,
  createCerciora,
  eachItem,
  resultOf,
  verifyWebhook,
  WebhookVerificationError,
  type ClientOptions,
  type Verification,
} from '../../clients/typescript/index';
import { webhookHeaders } from '../../src/platform/crypto/webhook-signature';
import type { presentNip } from '../../src/presentation/present-nip';

type Answer = Response | Error | (() => Response | Promise<Response>);

const refusal = (status: number, code: string, headers: Record<string, string> = {}) =>
  Response.json(
    { success: false, error: { code, message: 'No.', details: [], request_id: 'r-1' } },
    { status, headers },
  );
const success = (result: unknown, headers: Record<string, string> = {}) =>
  Response.json({ success: true, result }, { headers });

/** A client whose requests get prepared answers; records them. */
function clientWith(answers: Answer[], options: Partial<ClientOptions> = {}) {
  const requests: Request[] = [];
  const api = createCerciora({
    ...{ url: 'http://127.0.0.1', bearer: 'id|secret', ...options },
    fetch: (request) => {
      requests.push(request);
      const answer = answers.shift();
      if (answer === undefined) throw new Error('one request too many');
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve(typeof answer === 'function' ? answer() : answer);
    },
  });
  const keys = () => requests.map(({ headers }) => headers.get('Idempotency-Key'));
  return { api, requests, keys };
}

const post = (api: ReturnType<typeof clientWith>['api'], signal?: AbortSignal) =>
  resultOf(
    api.POST('/v1/workflows/{uuid}/start', {
      params: { path: { uuid: 'u' } },
      body: {},
      ...(signal && { signal }),
    }),
  );

describe('a call', () => {
  test.each<[string, Answer]>([
    ['no answer', new TypeError('fetch failed')],
    ['503', refusal(503, 'unavailable', { 'Retry-After': '0' })],
    ["a proxy's 502", new Response('<html>', { status: 502 })],
    ['rate_limited', refusal(429, 'rate_limited', { 'Retry-After': '0' })],
    ['idempotency_in_progress', refusal(409, 'idempotency_in_progress')],
  ])('is repeated after %s with the same key', async (_name, answer) => {
    const { api, keys } = clientWith([answer, success({ done: true })]);
    expect(await post(api)).toEqual({ done: true });
    expect(keys()).toHaveLength(2);
    expect(new Set(keys()).size).toBe(1);
    expect(keys()[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([
    [429, 'resend_too_soon'],
    [429, 'guesses_exhausted'],
    [409, 'already_finished'],
    [422, 'code_incorrect'],
    [500, 'internal'],
  ])('is not repeated after %i %s, which is a decision', async (status, code) => {
    const { api, requests } = clientWith([refusal(status, code, { 'Retry-After': '0' })]);
    await expect(post(api)).rejects.toMatchObject({ status, code, request_id: 'r-1' });
    expect(requests).toHaveLength(1);
  });

  test('has another key than the next one, and the key that it is given', async () => {
    const { api, keys } = clientWith([success({}), success({}), success({})]);
    await post(api);
    await post(api);
    const params = { path: { uuid: 'u' }, header: { 'Idempotency-Key': 'mine' } };
    await api.POST('/v1/workflows/{uuid}/start', { params, body: {} });
    expect(new Set(keys()).size).toBe(3);
    expect(keys()[2]).toBe('mine');
  });

  test('waits as long as Retry-After says, but not longer than it may', async () => {
    const begun = Date.now();
    const limited = () => refusal(429, 'rate_limited', { 'Retry-After': '1' });
    await post(clientWith([limited, success({})]).api);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(990);
    const { api, requests } = clientWith([limited], { longestWait: 0.5 });
    await expect(post(api)).rejects.toMatchObject({ code: 'rate_limited', retry_after: 1 });
    expect(requests).toHaveLength(1);
  });

  test('ends with the last failure after its tries', async () => {
    const down = () => refusal(503, 'unavailable');
    const { api, requests } = clientWith([down, down], { tries: 2 });
    await expect(post(api)).rejects.toMatchObject({ status: 503, code: 'unavailable' });
    expect(requests).toHaveLength(2);
    const lost = clientWith([new TypeError('fetch failed')], { tries: 1 });
    await expect(post(lost.api)).rejects.toThrow('fetch failed');
  });

  test('ends when it is aborted, in the middle of a wait too', async () => {
    const controller = new AbortController();
    const down = () => {
      setImmediate(() => {
        controller.abort(new Error('enough'));
      });
      return refusal(503, 'unavailable', { 'Retry-After': '20' });
    };
    const { api, requests } = clientWith([down]);
    await expect(post(api, controller.signal)).rejects.toThrow('enough');
    expect(requests).toHaveLength(1);
  });

  test('throws an error for an answer that is not of the API', async () => {
    const { api } = clientWith([new Response('<html>', { status: 404 })]);
    const error: unknown = await post(api).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CercioraError);
    expect(error).toMatchObject({ status: 404, code: 'internal', details: [] });
  });
});

describe('eachItem', () => {
  const items = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => ({ uuid: String(from + index) }));
  const page = (data: object[], next: string | null) => success({ data, next_page_url: next });

  async function uuids(answers: Answer[], path: '/v1/workflows' | '/v1/forms') {
    const { api, requests } = clientWith(answers);
    const found: string[] = [];
    const list = (query: { per_page: number }) =>
      path === '/v1/forms'
        ? eachItem(
            (more) => api.GET('/v1/forms', { params: { query: { ...more } } }),
            query.per_page,
          )
        : eachItem((more) => api.GET('/v1/workflows', { params: { query: more } }), query.per_page);
    for await (const { uuid } of list({ per_page: 2 })) found.push(uuid);
    return { found, queries: requests.map(({ url }) => new URL(url).search) };
  }

  test('follows cursors', async () => {
    const first = success(items(1, 2), { 'X-Next-Cursor': 'abc' });
    const { found, queries } = await uuids([first, success(items(3, 4))], '/v1/workflows');
    expect(found).toEqual(['1', '2', '3', '4']);
    expect(queries).toEqual(['?per_page=2', '?per_page=2&cursor=abc']);
  });

  test('follows pages, and skips what moved to the next one', async () => {
    const answers = [page(items(1, 2), 'http://next'), page(items(2, 3), null)];
    const { found, queries } = await uuids(answers, '/v1/forms');
    expect(found).toEqual(['1', '2', '3']);
    expect(queries).toEqual(['?per_page=2', '?per_page=2&page=2']);
  });

  test('asks on after a full array without a cursor', async () => {
    const answers = [success(items(1, 2)), success(items(3, 3))];
    expect((await uuids(answers, '/v1/workflows')).found).toEqual(['1', '2', '3']);
    expect((await uuids([success([])], '/v1/workflows')).found).toEqual([]);
  });

  test('throws what the API refuses', async () => {
    await expect(uuids([refusal(403, 'forbidden')], '/v1/forms')).rejects.toThrow(CercioraError);
  });
});

describe('verifyWebhook', () => {
  const [secret, older] = ['whsec_c3lzdGVtIHRlc3Rz', 'whsec_b2xkZXI='];
  const body = JSON.stringify({ event: 'update', resource: 'workflow', payload: { a: 'ñ' } });
  const now = () => Math.floor(Date.now() / 1_000);
  const signed = (secrets: string[], timestamp = now()) =>
    webhookHeaders(secrets, { id: 'w-1', timestamp, body }, 7);

  test('accepts what the service signs, in every form of headers and body', async () => {
    const expected = { id: 'w-1', sequence: 7, event: JSON.parse(body) as unknown };
    const headers = signed([secret]);
    expect(await verifyWebhook({ secret, headers, body })).toEqual(expected);
    const bytes = { headers: new Headers(headers), body: Buffer.from(body) };
    expect(await verifyWebhook({ secret, ...bytes })).toEqual(expected);
  });

  test('accepts either secret during a rotation', async () => {
    const both = signed([secret, older]);
    for (const each of [secret, older, ['whsec_YQ==', older]]) {
      expect(await verifyWebhook({ secret: each, headers: both, body })).toMatchObject({
        id: 'w-1',
      });
    }
  });

  test.each([
    ['another body', signed([secret]), `${body} `],
    ['another secret', signed([older]), body],
    ['an old timestamp', signed([secret], now() - 301), body],
    ['a future timestamp', signed([secret], now() + 900), body],
    [
      'a timestamp that was changed',
      { ...signed([secret]), 'webhook-timestamp': String(now() - 9) },
      body,
    ],
    ['a signature that is no base64', { ...signed([secret]), 'webhook-signature': 'v1,*' }, body],
    ['another version', { ...signed([secret]), 'webhook-signature': 'v2,AAAA' }, body],
    ['no signature', { 'webhook-id': 'w-1', 'webhook-timestamp': String(now()) }, body],
  ])('refuses %s', async (_name, headers, text) => {
    const verified = verifyWebhook({ secret, headers, body: text });
    await expect(verified).rejects.toThrow(WebhookVerificationError);
  });

  test('says that a secret is no secret', async () => {
    const verified = verifyWebhook({ secret: 'whsec_', headers: signed([secret]), body });
    await expect(verified).rejects.toThrow('must be whsec_ and base64');
  });
});

test('the verifications of a payload have the type of the client', () => {
  type Presented = ReturnType<typeof presentNip>['verifications'];
  const typed = (presented: Presented): Verification[] => presented;
  expect(typed([])).toEqual([]);
});
