/** Tests that rights are checked again when a file has arrived. */
import { request } from 'node:http';
import { stepUuid, TestApi } from '../support/api';
import { jpeg } from '../support/files';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

test('a file whose token was revoked while it arrived is refused, and nothing is kept', async () => {
  const file = { collection: 'f', title: 'F', max_files: 1, types: ['image/jpeg'] };
  const run = await api.createRun({
    steps: ['files_upload'],
    setup: { files_upload: { files: [file] } },
  });
  const { token } = await api.mint(run.uuid);
  const part = (name: string) => `--b\r\nContent-Disposition: form-data; name="${name}"`;
  const status = new Promise<number | undefined>((resolve, reject) => {
    const sent = request(
      `http://127.0.0.1:${api.port}/v1/session/steps/${stepUuid(run, 0)}/media`,
      {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'multipart/form-data; boundary=b',
        },
      },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    sent.once('error', reject);
    sent.write(`${part('collection')}\r\n\r\nf\r\n${part('file')}; filename="f"\r\n\r\n`);
    sent.write(jpeg());
    const receiving = jest.spyOn(api.deps.media, 'write');
    const revoke = async () => {
      while (receiving.mock.calls.length === 0) await new Promise((next) => setImmediate(next));
      await api.call(`/v1/workflows/${run.uuid}/tokens`, { method: 'DELETE' });
      sent.end('\r\n--b--\r\n');
    };
    revoke().catch(reject);
  });
  expect(await status).toBe(401);
  while ((await api.documents('media')).length > 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(api.gateway.messages.filter((message) => 'media_uuid' in (message as object))).toEqual([]);
});
