/** Tests that files and their bytes are stored and removed together, despite errors in between. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { GridFsBlobs } from '../../src/store/media/gridfs-blobs';
import { MediaRemoved, MediaStore } from '../../src/store/media/media';
import { RunErasure } from '../../src/store/runs/run-erasure';
import { dropStore, openStore } from '../support/store';

let connection: Connection;
let media: MediaStore;
beforeAll(async () => {
  connection = await openStore();
  media = new MediaStore(connection, {}, new RunErasure(connection));
  await media.createIndexes();
});
afterAll(() => dropStore(connection));
afterEach(() => jest.restoreAllMocks());

const key = randomBytes(32);
const placeIn = (run_uuid: string) => ({
  ...{ account_uuid: 'a', mode: 'live' as const, run_uuid, step_uuid: 's' },
});
const count = async () =>
  Promise.all(
    ['media', 'media_bytes.files', 'media_bytes.chunks'].map((name) =>
      connection.collection(name).countDocuments(),
    ),
  );
async function* bytes(between: () => Promise<unknown> = () => Promise.resolve()) {
  yield Buffer.alloc(400_000, 1);
  await between();
  yield Buffer.alloc(400_000, 2);
}
const receive = (run: string, between?: () => Promise<unknown>) =>
  media.write(placeIn(run), key, bytes(between));

test('an erasure during an upload leaves no bytes of the file', async () => {
  const run = randomUUID();
  const arriving = receive(run, () => media.removeAll({ account_uuid: 'a', uuid: run }));
  await expect(arriving).rejects.toThrow(MediaRemoved);
  expect(await count()).toEqual([0, 0, 0]);
});

test('an erasure in progress at the last byte of an upload leaves no bytes of the file', async () => {
  const run = randomUUID();
  let erasing: Promise<unknown> = Promise.resolve();
  const arriving = receive(run, async () => {
    await new Promise<void>((begun) => {
      // The erasure finds no bytes yet, and removes the file's document once all bytes are stored.
      jest.spyOn(GridFsBlobs.prototype, 'remove').mockImplementationOnce(async () => {
        begun();
        await arriving.catch(() => undefined);
      });
      erasing = media.removeAll({ account_uuid: 'a', uuid: run });
    });
  });
  await expect(arriving).rejects.toThrow(MediaRemoved);
  await erasing;
  expect(await count()).toEqual([0, 0, 0]);
});

test('a file that cannot be removed does not block the removal of others', async () => {
  const ids = [await receive('r1'), await receive('r2'), await receive('r3')];
  jest
    .spyOn(GridFsBlobs.prototype, 'remove')
    .mockRejectedValueOnce(new Error('the bucket is away'));
  const sweep = () => media.sweep(new Date(Date.now() + 1), () => Promise.resolve([]));
  await expect(sweep()).rejects.toThrow('1 files could not be settled, 2 were removed');
  expect((await connection.collection('media').find().toArray()).map(({ _id }) => _id)).toEqual([
    ids[0],
  ]);
  expect(await sweep()).toBe(1);
  expect(await count()).toEqual([0, 0, 0]);
});
