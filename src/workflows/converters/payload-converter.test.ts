import { RawValue, type Payload } from '@temporalio/common';
import {
  isForeign,
  payloadConverter,
  PLAIN_MARK,
  PUBLIC_MARK,
  publicText,
  unwrapPlain,
} from './payload-converter';

const json = (text: string, marks: string[] = []): Payload => ({
  metadata: Object.fromEntries([
    ['encoding', Buffer.from('json/plain')],
    ...marks.map((mark) => [mark, Buffer.from('1')]),
  ]),
  data: Buffer.from(text),
});
const isPublic = (value: unknown) =>
  payloadConverter.toPayload(value).metadata?.[PUBLIC_MARK] !== undefined;

describe('the payload converter', () => {
  it.each([[{ a: [1, 'b', null] }], ['text'], [''], [0], [false], [null], [undefined]])(
    'reads %j back unchanged',
    (value) => {
      const given: unknown = payloadConverter.fromPayload(payloadConverter.toPayload(value));
      expect(given).toEqual(value);
      expect(unwrapPlain(given)).toEqual(value);
    },
  );

  it('returns a plain payload as foreign, with its value', () => {
    const value: unknown = payloadConverter.fromPayload(json('{"by":"ana"}', [PLAIN_MARK]));
    expect(isForeign(value)).toBe(true);
    expect(unwrapPlain(value)).toEqual({ by: 'ana' });
  });

  it.each<[string, Payload]>([
    ['invalid JSON', json('{')],
    ['invalid plain JSON', json('{', [PLAIN_MARK])],
    ['an unknown encoding', { metadata: { encoding: Buffer.from('no/such') } }],
    ['an encoding of a megabyte', { metadata: { encoding: Buffer.alloc(1_000_000, 'a') } }],
    ['no encoding', { metadata: {}, data: Buffer.from('1') }],
    ['no metadata', {}],
  ])('returns %s as foreign, without a value', (_what, payload) => {
    const value: unknown = payloadConverter.fromPayload(payload);
    expect(isForeign(value)).toBe(true);
    expect(unwrapPlain(value)).toBeUndefined();
  });

  it('marks only public texts and raw answers of the SDK for the codec', () => {
    expect(isPublic(publicText('summary'))).toBe(true);
    expect(isPublic(new RawValue({ definition: {}, currentDetails: '' }))).toBe(true);
    for (const value of ['summary', '', { definition: {}, currentDetails: '' }, null]) {
      expect([value, isPublic(value)]).toEqual([value, false]);
    }
  });

  it('returns a payload as foreign even when it is marked as public', () => {
    for (const text of ['"text"', '{"by":"eve"}', 'null']) {
      const value: unknown = payloadConverter.fromPayload(json(text, [PUBLIC_MARK, PLAIN_MARK]));
      expect(isForeign(value)).toBe(true);
      expect(unwrapPlain(value)).toEqual(JSON.parse(text));
    }
  });
});
