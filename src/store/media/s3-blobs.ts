/** Stores blobs in a bucket of S3 or a compatible service. The SDK is optional and loaded only if configured. */
import type { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { BlobsUnavailable, type Blobs } from './blobs';

export interface S3Config {
  S3_BUCKET?: string | undefined;
  S3_REGION: string;
  S3_ENDPOINT?: string | undefined;
  S3_ACCESS_KEY_ID?: string | undefined;
  S3_SECRET_ACCESS_KEY?: string | undefined;
}

const TRIES = 3;
const CONNECT_MS = 2_000;
const ANSWER_MS = 10_000;

export class S3Blobs implements Blobs {
  private client: Promise<S3Client> | undefined;

  constructor(private readonly config: S3Config) {}

  /** Stores all bytes in one request, so that no incomplete upload is left. */
  async put(id: string, bytes: AsyncIterable<Buffer>): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of bytes) parts.push(part);
    const body = Buffer.concat(parts);
    const { PutObjectCommand } = await sdk();
    await this.ask((client) =>
      client.send(
        new PutObjectCommand({ ...this.place(id), Body: body, ContentLength: body.length }),
      ),
    );
  }

  async get(id: string): Promise<AsyncIterable<Buffer> | null> {
    const { GetObjectCommand } = await sdk();
    try {
      const { Body } = await this.ask((client) =>
        client.send(new GetObjectCommand(this.place(id))),
      );
      return (Body as AsyncIterable<Buffer> | undefined) ?? null;
    } catch (error) {
      if (error instanceof BlobsUnavailable && isMissing(error.cause)) return null;
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    const { DeleteObjectCommand } = await sdk();
    await this.ask((client) => client.send(new DeleteObjectCommand(this.place(id))));
  }

  private place(id: string): { Bucket: string; Key: string } {
    return { Bucket: this.config.S3_BUCKET ?? '', Key: `media/${id}` };
  }

  private async ask<Answer>(call: (client: S3Client) => Promise<Answer>): Promise<Answer> {
    this.client ??= this.connect();
    try {
      return await call(await this.client);
    } catch (error) {
      throw new BlobsUnavailable('The bucket did not answer as it should.', { cause: error });
    }
  }

  private async connect(): Promise<S3Client> {
    const { S3Client: Client } = await sdk();
    const { S3_REGION, S3_ENDPOINT, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = this.config;
    return new Client({
      region: S3_REGION,
      maxAttempts: TRIES,
      requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS },
      // Compatible services support neither newer checksums nor buckets as host names.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      ...(S3_ENDPOINT !== undefined && { endpoint: S3_ENDPOINT, forcePathStyle: true }),
      ...(S3_ACCESS_KEY_ID !== undefined &&
        S3_SECRET_ACCESS_KEY !== undefined && {
          credentials: { accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY },
        }),
    });
  }
}

function sdk() {
  return import('@aws-sdk/client-s3');
}

function isMissing(cause: unknown): boolean {
  return (cause as S3ServiceException | undefined)?.name === 'NoSuchKey';
}
