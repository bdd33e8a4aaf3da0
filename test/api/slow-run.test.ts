/** Tests slow runs and slow stores. */
import { stepUuid, TestApi } from '../support/api';
import { jpeg } from '../support/files';

test('a submission that takes too long returns 503, and its result when it is repeated', async () => {
  const api = await TestApi.start(1_500);
  try {
    await api.worker.start();
    const run = await api.createRun();
    let open = (): void => undefined;
    api.gateway.gate = new Promise((resolve) => (open = resolve));
    const submit = () =>
      api.call(`/v1/steps/${stepUuid(run, 0)}/submit`, {
        body: { data: { accepted: true } },
        idempotencyKey: 'slow',
      });
    const late = await submit();
    expect([late.status, late.body.error.code]).toEqual([503, 'unavailable']);
    expect(late.headers.get('retry-after')).toBe('1');
    open();
    let again = await submit();
    while (again.status === 409) again = await submit();
    expect(again.status).toBe(200);
    expect(api.gateway.messages).toHaveLength(1);
  } finally {
    await api.stop();
  }
});

test('a file that is opened after its response timed out is closed', async () => {
  const api = await TestApi.start(1_500);
  try {
    await api.worker.start();
    const files = [{ collection: 'id', title: 'Identificación', types: ['image/jpeg'] }];
    const run = await api.createRun({
      steps: ['files_upload'],
      setup: { files_upload: { files } },
    });
    const form = new FormData();
    form.append('collection', 'id');
    form.append('file', new Blob([new Uint8Array(jpeg())]), 'id.jpg');
    const { body } = await api.call<{ media: { uuid: string } }>(
      `/v1/steps/${stepUuid(run, 0)}/media`,
      { method: 'POST', raw: form as never },
    );
    const read = api.deps.media.read.bind(api.deps.media);
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const isClosed = new Promise<void>((resolve) => {
      jest.spyOn(api.deps.media, 'read').mockImplementation(async (...of) => {
        await gate;
        return reportClose(await read(...of), resolve);
      });
    });
    const { status } = await api.call(`/v1/media/${body.result.media.uuid}`);
    expect(status).toBe(503);
    open();
    await isClosed;
  } finally {
    await api.stop();
  }
}, 10_000);

async function* reportClose(content: AsyncIterable<Buffer> | null, done: () => void) {
  try {
    yield* content ?? [];
  } finally {
    done();
  }
}
