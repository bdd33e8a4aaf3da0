import { randomBytes } from 'node:crypto';
import { LoopbackS3 } from '../../../test/support/loopback-s3';
import { isStoreUnavailable } from '../connection';
import { S3Blobs } from './s3-blobs';

const KEY_ID = 'AKIDEXAMPLE';
const bucket = new LoopbackS3(KEY_ID, 'eu-west-1');
beforeAll(() => bucket.start());
afterAll(() => bucket.stop());

const blobsAs = (keyId = KEY_ID) =>
  new S3Blobs({
    ...{ S3_BUCKET: 'files', S3_REGION: 'eu-west-1', S3_ENDPOINT: bucket.url },
    ...{ S3_ACCESS_KEY_ID: keyId, S3_SECRET_ACCESS_KEY: 'secret' },
  });

async function* pieces(...all: Buffer[]) {
  for (const each of all) yield await Promise.resolve(each);
}

async function whole(stream: AsyncIterable<Buffer> | null): Promise<Buffer | null> {
  if (stream === null) return null;
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

test('an object is returned after put() until remove()', async () => {
  const blobs = blobsAs();
  const bytes = randomBytes(300_000);
  await blobs.put('a', pieces(bytes.subarray(0, 99), bytes.subarray(99)));
  expect([...bucket.objects.keys()]).toEqual(['/files/media/a']);
  expect((await whole(await blobs.get('a')))?.equals(bytes)).toBe(true);
  await blobs.remove('a');
  await blobs.remove('a');
  expect(bucket.objects.size).toBe(0);
  expect(await blobs.get('a')).toBeNull();
});

test('put() of a stream that fails stores no object', async () => {
  async function* broken() {
    yield await Promise.resolve(Buffer.from('begun'));
    throw new Error('aborted');
  }
  await expect(blobsAs().put('b', broken())).rejects.toThrow('aborted');
  expect(bucket.objects.size).toBe(0);
});

test.each([
  ['refuses the key', () => blobsAs('ANOTHER')],
  ['is busy', () => ((bucket.trouble = 503), blobsAs())],
])('a bucket that %s is reported as unavailable', async (_what, blobs) => {
  const error = await blobs()
    .get('a')
    .catch((thrown: unknown) => thrown);
  bucket.trouble = null;
  expect(isStoreUnavailable(error)).toBe(true);
});
