import type { Payload, SerializationContext } from '@temporalio/common';
import fc from 'fast-check';
import { arbitraryJson } from '../../../test/support/store';
import { parseKeyring } from '../crypto/keyring';
import {
  isForeign,
  payloadConverter,
  publicText,
  unwrapPlain,
} from '../../workflows/converters/payload-converter';
import { createCodec } from './codec';

const entry = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;
const codec = createCodec(parseKeyring(entry('one', 1)));
const place: SerializationContext = { type: 'workflow', namespace: 'default', workflowId: 'run-1' };

async function encode(value: unknown, by = codec, at = place): Promise<Payload> {
  const [payload] = await by.encode([payloadConverter.toPayload(value)], at);
  if (payload === undefined) throw new Error('nothing was encoded');
  return payload;
}

async function read(payload: Payload, by = codec, at = place): Promise<unknown> {
  const [decoded] = await by.decode([payload], at);
  return payloadConverter.fromPayload(decoded as Payload);
}

async function expectUnreadable(payload: Payload, by = codec, at = place): Promise<void> {
  const value = await read(payload, by, at);
  expect(isForeign(value)).toBe(true);
  expect(unwrapPlain(value)).toBeUndefined();
}

const utf8 = (text: string): Uint8Array => Buffer.from(text);

const changed = (payload: Payload, change: (bytes: Buffer) => void): Payload => {
  const data = Buffer.from(payload.data ?? []);
  change(data);
  return { ...payload, data };
};

describe('an encoded payload', () => {
  it('is decoded to the original value', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryJson, async (value) => {
        expect(await read(await encode(value))).toEqual(value);
      }),
    );
    expect(await read(await encode(undefined))).toBeUndefined();
    expect(await read(await encode(new Uint8Array([1, 2])))).toEqual(new Uint8Array([1, 2]));
  });

  it('reveals neither text nor structure', async () => {
    const payload = await encode({ phone: '+573100000000' });
    const { metadata, data } = payload;
    const bytes = Buffer.concat([...Object.values(metadata ?? {}), data ?? Buffer.of()]).toString(
      'latin1',
    );
    expect(bytes).not.toMatch(/573100|phone|json/);
    expect(Object.keys(metadata ?? {}).sort()).toEqual(['encoding', 'key-id']);
  });

  it('is decoded with the old key after a rotation and encoded with the new one', async () => {
    const rotated = createCodec(parseKeyring(`${entry('two', 2)},${entry('one', 1)}`));
    expect(await read(await encode('before'), rotated)).toBe('before');
    const after = await encode('after', rotated);
    expect(Buffer.from(after.metadata?.['key-id'] ?? []).toString()).toBe('two');
    expect(await read(after, rotated)).toBe('after');
    await expectUnreadable(after);
  });

  it('is decoded in order with other payloads, including damaged ones', async () => {
    const [one, two] = [await encode(1), await encode(2)];
    const decoded = await codec.decode([two, changed(one, (b) => b.fill(0)), one], place);
    const values = decoded.map((payload) => unwrapPlain(payloadConverter.fromPayload(payload)));
    expect(values).toEqual([2, undefined, 1]);
  });
});

describe('a moved or damaged payload', () => {
  it.each<[string, Partial<typeof place>]>([
    ['another run', { workflowId: 'run-2' }],
    ['another namespace', { namespace: 'other' }],
    ['no run', { workflowId: '' }],
  ])('is unreadable in %s', async (_where, change) => {
    const elsewhere = { ...place, ...change } as SerializationContext;
    await expectUnreadable(await encode({ by: 'eve' }), codec, elsewhere);
  });

  it('is unreadable with any byte changed, added or missing', async () => {
    const payload = await encode({ by: 'eve' });
    const length = payload.data?.length ?? 0;
    for (let index = 0; index < length; index++) {
      await expectUnreadable(changed(payload, (bytes) => (bytes[index]! ^= 1)));
      await expectUnreadable({ ...payload, data: payload.data?.subarray(0, index) ?? null });
    }
  });

  const named = (id: string) => ({ encoding: utf8('binary/encrypted'), 'key-id': utf8(id) });
  it.each<[string, (data: Uint8Array) => Payload]>([
    ['an unknown key id', (data) => ({ metadata: named('x'), data })],
    ['a key id that names a property', (data) => ({ metadata: named('__proto__'), data })],
    ['no key id', (data) => ({ metadata: { encoding: utf8('binary/encrypted') }, data })],
    ['no data', () => ({ metadata: named('one') })],
    ['an unknown encoding', (data) => ({ metadata: { encoding: utf8('no/such') }, data })],
    ['no metadata', (data) => ({ data })],
    ['null for metadata and data', () => ({ metadata: null, data: null })],
    ['no fields', () => ({})],
    ['invalid JSON', () => ({ metadata: { encoding: utf8('json/plain') }, data: utf8('{') })],
    ['JSON without data', () => ({ metadata: { encoding: utf8('json/plain') } })],
    ['a protobuf', () => ({ metadata: { encoding: utf8('json/protobuf') }, data: utf8('{}') })],
  ])('is foreign and throws no error with %s', async (_what, damage) => {
    const { data } = await encode({ by: 'eve' });
    await expectUnreadable(damage(data ?? new Uint8Array()));
  });

  it('is foreign and throws no error with any bytes', async () => {
    const bytes = fc.uint8Array({ maxLength: 60 });
    const encodings = fc.oneof(
      bytes,
      fc.constantFrom(...['binary/encrypted', 'json/plain', 'binary/null'].map(utf8)),
    );
    const payloads = fc.record(
      {
        metadata: fc.dictionary(fc.constantFrom('encoding', 'key-id', 'x'), encodings),
        data: bytes,
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(payloads, async (payload) => {
        expect(isForeign(await read(payload))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a plain payload', () => {
  it('is foreign, with its value', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryJson, async (value) => {
        const given = await read(payloadConverter.toPayload(value));
        expect(isForeign(given)).toBe(true);
        expect(unwrapPlain(given)).toEqual(value);
      }),
    );
  });

  it('is foreign even when its value has the marker of a foreign payload', async () => {
    const value = { $cerciora_foreign: 'undecodable', value: 1 };
    const given = await read(payloadConverter.toPayload(value));
    expect(isForeign(given)).toBe(true);
    expect(unwrapPlain(given)).toEqual(value);
  });

  it('is readable when it is a public text, with only its encoding as metadata', async () => {
    const payload = await encode(publicText('acceptance → nip'));
    expect(Buffer.from(payload.data ?? []).toString()).toBe('"acceptance → nip"');
    expect(Object.keys(payload.metadata ?? {})).toEqual(['encoding']);
    expect(unwrapPlain(await read(payload))).toBe('acceptance → nip');
  });

  it('is foreign even with the mark of public texts', async () => {
    const { metadata, data } = payloadConverter.toPayload(publicText('approved'));
    for (const bytes of [data, utf8('{"by":"eve"}')]) {
      const given = await read({ metadata: metadata ?? null, data: bytes ?? null });
      expect(isForeign(given)).toBe(true);
    }
  });
});
