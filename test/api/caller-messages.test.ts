/** Provokes errors of every library that reads a request: callers get the service's texts, persons in their language. */
import { ADDRESS, stepUuid, TestApi, type Call, type Problem } from '../support/api';
import { HTML, jpeg, png } from '../support/files';

/** Phrases of the libraries behind the API. */
const LIBRARY =
  /unexpected|json at|in json|cast to|econn|mongo|zlib|header check|sharp|vips|pdfium|busboy|boundary|zod|error:|parse error|undefined|\bgrpc|raw-body|entity|uri malformed|invalid (input|type|url|date)|too (big|small):|\bnode_modules\b/i;
/** Words that are English and neither Spanish nor Portuguese. */
const ENGLISH =
  /\b(the|is|are|must|send|sent|with|this|that|and|has|have|wait|again|of|or|too|than|such|one|first|not|now)\b/i;
/** Texts in place of those without a translation. */
const OTHER = /lo que pediste|o que você pediu|no es correcto;|não está correto;/;

const CUT_PDF = Buffer.from('%PDF-1.7\n1 0 obj\n<<');
const JSON_TYPE = { 'content-type': 'application/json' };
let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());
afterEach(() => {
  api.gateway.trouble = null;
  jest.restoreAllMocks();
});

function textsOf({ message, details }: Problem): string[] {
  return [message, ...details.map((detail) => detail.message)];
}

type Bad = [what: string, path: string, call: Call, code: string];

const json = (raw: string | Buffer, headers: Record<string, string> = {}): Call => ({
  raw,
  headers: { ...JSON_TYPE, ...headers },
});
const upload = (bytes: Buffer, name = 'a.jpg', collection = 'id_front'): Call => {
  const form = new FormData();
  form.append('collection', collection);
  form.append('file', new Blob([new Uint8Array(bytes)]), name);
  return { method: 'POST', raw: form as unknown as string };
};
const UNKNOWN_PART = '--b\r\nContent-Disposition: form-data; name="zz"\r\n\r\nx\r\n--b--\r\n';
const MULTIPART = { 'content-type': 'multipart/form-data; boundary=b' };

/** Bad requests to a path that reads JSON. */
const bodies = (path: string): Bad[] => [
  ['a body that is cut off', path, json('{"data": '), 'malformed_json'],
  ['a body that is not JSON', path, json('data=1'), 'malformed_json'],
  ['a body that is not UTF-8', path, json(Buffer.from('7b22ff223a317d', 'hex')), 'malformed_json'],
  ['a body that is not gzip', path, json('x', { 'content-encoding': 'gzip' }), 'validation_failed'],
  [
    'an unknown encoding',
    path,
    json('{}', { 'content-encoding': 'compress' }),
    'unsupported_media_type',
  ],
  [
    'another charset',
    path,
    json('{}', { 'content-type': 'application/json; charset=latin1' }),
    'unsupported_media_type',
  ],
  [
    'a text',
    path,
    { raw: 'x', headers: { 'content-type': 'text/plain' } },
    'unsupported_media_type',
  ],
  ['a list', path, json('[]'), 'validation_failed'],
  ['too many bytes', path, json(`{"a":"${'x'.repeat(600_000)}"}`), 'too_large'],
  ['a hostile name', path, json('{"__proto__": 1}'), 'validation_failed'],
  ['deep nesting', path, json(`{"data":${'['.repeat(40)}${']'.repeat(40)}}`), 'validation_failed'],
  ['a field that is unknown', path, json('{"no_such_field": 1}'), 'validation_failed'],
];

/** Bad requests by key. */
const CALLS: Bad[] = [
  ...bodies('/v1/workflows'),
  [
    'a number beyond 64 bits',
    '/v1/workflows',
    json('{"metadata":{"a":1e400}}'),
    'validation_failed',
  ],
  ['an address that is not UTF-8', '/v1/workflows/%E0%A4%A', {}, 'not_found'],
  ['a uuid that is none', '/v1/workflows/1', {}, 'not_found'],
  ['a cursor that is none', '/v1/workflows?cursor=x', {}, 'validation_failed'],
  ['a time that is none', '/v1/workflows?created_after=x', {}, 'validation_failed'],
  ...['1 +', '(', "a['b'", 'a.b.', '"', 'f(1)', '1 = 1', '1 2'].map((expression): Bad => [
    `the expression ${expression}`,
    '/v1/expressions/validate',
    { body: { expression } },
    'invalid_expression',
  ]),
  [
    'a pattern that is none',
    '/v1/forms',
    { body: { name: 'F', fields: [{ key: 'a', label: 'A', type: 'text', pattern: '(' }] } },
    'validation_failed',
  ],
  [
    'a document that is no PDF',
    '/v1/document-templates',
    { body: { name: 'D', content: HTML.toString('base64') } },
    'validation_failed',
  ],
  [
    'a PDF that is cut',
    '/v1/document-templates',
    { body: { name: 'D', content: CUT_PDF.toString('base64') } },
    'validation_failed',
  ],
];

describe('a backend that sends', () => {
  test.each(CALLS)('%s reads a text of the service', async (_what, path, call, code) => {
    const { body } = await api.call(path, call);
    expect(body.error.code).toBe(code);
    expect(textsOf(body.error).filter((text) => LIBRARY.test(text))).toEqual([]);
  });

  test('anything while a library throws reads a text of the service', async () => {
    const thrown = new Error('Cast to ObjectId failed for value "x" (type string)');
    jest.spyOn(api.deps.runs, 'find').mockRejectedValue(thrown);
    const { body } = await api.call('/v1/workflows/0a4b5cc1-9a35-4d3f-8f5e-2f6f2b6c7d10');
    expect(body.error).toMatchObject({ code: 'internal', details: [] });
    expect(body.error.message).not.toMatch(LIBRARY);
  });
});

describe.each(['es', 'pt', 'en'])('a person in %s', (language) => {
  let token: string;
  let address: string;
  let withoutFiles: string;
  let media: string;
  let mediaToken: string;
  beforeAll(async () => {
    const form = await api.createRun({ language, steps: ['personal_address'] });
    address = `/v1/session/steps/${stepUuid(form, 0)}/submit`;
    token = (await api.mint(form.uuid)).token;
    withoutFiles = `/v1/session/steps/${stepUuid(form, 0)}/media`;
    const files = await api.createRun({ language, steps: ['enroll_basic'] });
    media = `/v1/session/steps/${stepUuid(files, 0)}/media`;
    mediaToken = (await api.mint(files.uuid)).token;
  });

  async function problemOf(path: string, call: Call): Promise<Problem> {
    const { body } = await api.call(path, { bearer: token, ...call });
    expect(body.success).toBe(false);
    return body.error;
  }

  function requireOwnLanguage(problem: Problem): void {
    const texts = textsOf(problem);
    expect(texts.filter((text) => LIBRARY.test(text))).toEqual([]);
    if (language === 'en') return;
    expect(texts.filter((text) => ENGLISH.test(text) || OTHER.test(text))).toEqual([]);
  }

  test.each(bodies('submit'))('who sends %s reads it in that language', async (...bad) => {
    const [, , call, code] = bad;
    const problem = await problemOf(address, call);
    expect(problem.code).toBe(code);
    requireOwnLanguage(problem);
  });

  test.each([
    ['no data', {}],
    ['a wrong postal code', { ...ADDRESS, zip_code: '1' }],
    ['a wrong country', { ...ADDRESS, country: 'XX' }],
    ['a long street', { ...ADDRESS, street: 'x'.repeat(300) }],
    ['half a character', { ...ADDRESS, street: '\ud800' }],
    ['a list', []],
  ])('whose form has %s reads it in that language', async (_what, data) => {
    const problem = await problemOf(address, { body: { data } });
    expect(problem.code).toBe('submission_refused');
    requireOwnLanguage(problem);
  });

  test.each([
    ['no form', json('{}'), 'unsupported_media_type'],
    ['no boundary', { raw: 'x', headers: { 'content-type': 'multipart/form-data' } }, null],
    ['a form that is cut', { raw: '--b\r\nContent', headers: MULTIPART }, 'validation_failed'],
    ['an empty form', { raw: '--b--\r\n', headers: MULTIPART }, 'validation_failed'],
    ['another collection', upload(png(), 'a.png', 'x'), 'submission_refused'],
    ['a part that is unknown', { raw: UNKNOWN_PART, headers: MULTIPART }, 'validation_failed'],
  ] as [string, Call, string | null][])('who uploads %s reads it', async (_what, call, code) => {
    const problem = await problemOf(media, { ...call, method: 'POST', bearer: mediaToken });
    if (code !== null) expect(problem.code).toBe(code);
    requireOwnLanguage(problem);
  });

  test('who uploads a file to a step without files reads it', async () => {
    const problem = await problemOf(withoutFiles, upload(png()));
    expect(problem.code).toBe('submission_refused');
    requireOwnLanguage(problem);
  });

  test('who asks while Temporal is away reads it in that language', async () => {
    api.gateway.trouble = 'down';
    const problem = await problemOf('/v1/session/start', { body: {} });
    expect(problem.code).toBe('unavailable');
    requireOwnLanguage(problem);
  });

  test('with a token that is unknown reads it in the language of the browser', async () => {
    const headers = { 'accept-language': `${language}-XX,fr;q=0.5` };
    const problem = await problemOf('/v1/session', { bearer: 'run_x|y', headers });
    expect(problem.code).toBe('unauthenticated');
    requireOwnLanguage(problem);
  });

  test('reads what another step or a finished one refuses in that language', async () => {
    const unknown = address.replace(/[0-9a-f]{12}/, '000000000000');
    const problem = await problemOf(unknown, { body: { data: ADDRESS } });
    expect(problem.code).toBe('not_found');
    requireOwnLanguage(problem);
  });

  describe('whose file cannot be used', () => {
    test.each([
      ['a page of HTML', HTML],
      ['a GIF', Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1')],
      ['a picture that is cut', jpeg().subarray(0, -2)],
      ['a PDF that is cut', CUT_PDF],
      ['nothing', Buffer.alloc(0)],
      ['too many bytes', Buffer.concat([jpeg(), Buffer.alloc(1_100_000)])],
    ])('for %s reads it in that language', async (_what, bytes) => {
      const problem = await problemOf(media, { ...upload(bytes), bearer: mediaToken });
      expect(['submission_refused', 'too_large']).toContain(problem.code);
      requireOwnLanguage(problem);
    });
  });
});

test('a backend reads English, whatever the language of the workflow', async () => {
  const run = await api.createRun({ language: 'es', steps: ['personal_address'] });
  const path = `/v1/steps/${stepUuid(run, 0)}/submit`;
  const { body } = await api.call(path, { body: { data: { ...ADDRESS, zip_code: '1' } } });
  expect(body.error.details).toEqual([
    { path: 'data.zip_code', message: 'is not a postal code of that country' },
  ]);
});
