/** Tests the list of runs: filters and pagination. */
import { TestApi, ACCEPTANCE_SETUP, stepUuid, type RunJson } from '../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const list = (query: string) => api.call<RunJson[]>(`/v1/workflows?${query}`);
const uuids = async (query: string) => (await list(query)).body.result.map(({ uuid }) => uuid);
const encoded = encodeURIComponent;

test('GET /v1/workflows filters runs by single and combined parameters', async () => {
  const people_uuid = '6f1d6a8e-31a4-4a53-9c57-a8fd3a5bfc11';
  const given = { people_uuid, external_reference_id: 'CURP-1', phone: '+573100000042' };
  const one = await api.createRun({ ...given, email: 'ana@example.com' });
  const two = await api.createRun({ external_reference_id: 42 });
  await api.call(`/v1/steps/${stepUuid(two, 0)}/submit`, { body: { data: { accepted: true } } });
  expect(await uuids('external_reference_id=CURP-1')).toEqual([one.uuid]);
  expect(await uuids('external_reference_id=42')).toEqual([two.uuid]);
  expect(await uuids(`phone=${encoded('+573100000042')}`)).toEqual([one.uuid]);
  expect(await uuids('email=ANA@example.com')).toEqual([one.uuid]);
  expect(await uuids(`people_uuid=${people_uuid}`)).toEqual([one.uuid]);
  expect(await uuids('step=acceptance')).toEqual([one.uuid]);
  expect(await uuids('step=personal_address&status=in_progress')).toEqual([two.uuid]);
  expect(await uuids('step=personal_address&status=pending')).toEqual([]);
  expect(await uuids(`created_after=${encoded('2020-01-01T00:00:00Z')}`)).toHaveLength(2);
  expect(await uuids(`created_before=${encoded('2020-01-01T00:00:00+02:00')}`)).toEqual([]);
  expect(await uuids('template_uuid=6f1d6a8e-31a4-4a53-9c57-a8fd3a5bfc12')).toEqual([]);
});

test('a run is indexed by the phone that a person typed once a code is sent there', async () => {
  const whatsapp = { name: 'N', first_verification: { channel: 'whatsapp' } };
  const nip = (await api.call('/v1/nips', { body: whatsapp })).body.result;
  const setup = { ...ACCEPTANCE_SETUP, nip: { nip_uuid: nip.uuid } };
  const run = await api.createRun({ steps: ['nip'], setup, phone: '+573100000043' });
  const hashes = { phone: 'typed', email: null };
  await api.stage(run.uuid, {
    ...{ type: 'destinations_fixed', actor: 'system', step_uuid: stepUuid(run, 0) },
    data: { submission_id: 'd', phone: '+57***', email: null, hashes },
  });
  const { search } = (await api.deps.runs.findWithEvents(run.uuid)) ?? {};
  expect(search?.phones).toEqual([expect.any(String), 'typed']);
  const { text } = await api.call(`/v1/workflows/${run.uuid}/events`);
  expect(text).not.toContain('typed');
});

test('a cursor continues after the last page while new runs are created', async () => {
  const { key: bearer } = await api.addClient();
  const made: string[] = [];
  for (let count = 0; count < 5; count += 1) made.push((await api.createRun({}, { bearer })).uuid);
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const at: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page = await api.call<RunJson[]>(`/v1/workflows?per_page=2${at}`, { bearer });
    seen.push(...page.body.result.map(({ uuid }) => uuid));
    cursor = page.headers.get('x-next-cursor');
    await api.createRun({}, { bearer });
  }
  expect(seen).toEqual(made.reverse());
});

test.each([
  ['cursor=AAAA', 'cursor'],
  [
    'page=1&cursor=MjAyNi0xMS0yM1QwMDowMDowMC4wMDBaLzZmMWQ2YThlLTMxYTQtNGE1My05YzU3LWE4ZmQzYTViZmMxMQ',
    'cursor',
  ],
  ['status=open', 'status'],
  ['phone=12', 'phone'],
  ['email=ana', 'email'],
  ['created_after=yesterday', 'created_after'],
  ['people_uuid=1', 'people_uuid'],
  ['colour=red', 'colour'],
])('%s is refused', async (query, path) => {
  const { status, body } = await list(query);
  expect([status, body.error.details[0]?.path]).toEqual([400, path]);
});

const NOTE = 'x'.repeat(480_000);

test('a page of large runs ends early, and its cursor leads to the others', async () => {
  const { key: bearer } = await api.addClient();
  const made: string[] = [];
  for (let count = 0; count < 6; count += 1) {
    made.push((await api.createRun({ metadata: { note: NOTE } }, { bearer })).uuid);
  }
  const seen: string[] = [];
  for (let query = 'per_page=40'; query !== '';) {
    const page = await api.call<RunJson[]>(`/v1/workflows?${query}`, { bearer });
    expect(page.text.length).toBeLessThan(2_200_000);
    seen.push(...page.body.result.map(({ uuid }) => uuid));
    const cursor = page.headers.get('x-next-cursor');
    query = cursor === null ? '' : `per_page=40&cursor=${cursor}`;
  }
  expect(seen).toEqual(made.reverse());
});

test('so does a page of large configuration, and its links lead to the rest', async () => {
  const { key: bearer } = await api.addClient();
  const texts = Array.from({ length: 96 }, (_, index) => [`t${index}`, 'x'.repeat(5_000)]);
  for (let count = 0; count < 6; count += 1) {
    const values = { acceptance: Object.fromEntries(texts) as object };
    const body = { name: `C${count}`, values };
    expect((await api.call('/v1/customizations', { body, bearer })).status).toBe(201);
  }
  type Page = { data: { name: string }[]; next_page_url: string | null };
  const seen: string[] = [];
  for (let path = '/v1/customizations?per_page=50'; path !== '';) {
    const page = await api.call<Page>(path, { bearer });
    expect(page.text.length).toBeLessThan(2_200_000);
    const { data, next_page_url } = page.body.result;
    seen.push(...data.map(({ name }) => name));
    path = next_page_url === null ? '' : next_page_url.slice(new URL(next_page_url).origin.length);
  }
  expect(seen).toEqual(['C5', 'C4', 'C3', 'C2', 'C1', 'C0']);
});
