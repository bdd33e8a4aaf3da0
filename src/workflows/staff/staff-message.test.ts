import fc from 'fast-check';
import { parseStaffMessage } from './staff-message';
import { payloadConverter, PLAIN_MARK } from '../converters/payload-converter';

function inPlain(value: unknown): unknown {
  const { metadata, data } = payloadConverter.toPayload(value);
  const marked = { ...metadata, [PLAIN_MARK]: Buffer.from('1') };
  return payloadConverter.fromPayload({ metadata: marked, data: data ?? null });
}

describe('a message of staff by signal', () => {
  const valid = { by: 'ana', reason: 'wrong_number' };
  const read = { ...valid, details: {} };

  it('is parsed from plain and encoded payloads, without further arguments', () => {
    expect(parseStaffMessage([valid])).toEqual(read);
    expect(parseStaffMessage([inPlain(valid), 'more'])).toEqual(read);
  });

  it('has the details that its action may need', () => {
    const given = { ...valid, channel: 'whatsapp' };
    expect(parseStaffMessage([given])).toEqual({ ...valid, details: { channel: 'whatsapp' } });
  });

  it.each<[string, unknown]>([
    ['no name', { reason: 'x' }],
    ['an empty name', { ...valid, by: '' }],
    ['a name of 101 characters', { ...valid, by: 'a'.repeat(101) }],
    ['a name that is not a string', { ...valid, by: ['ana'] }],
    ['no reason', { by: 'ana' }],
    ['a sentence', { ...valid, reason: 'She asked me to.' }],
    ['capitals', { ...valid, reason: 'Wrong' }],
    ['a line break', { ...valid, reason: 'wrong\n' }],
    ['a reason of 65 characters', { ...valid, reason: 'a'.repeat(65) }],
    ['a payload that cannot be decoded', payloadConverter.fromPayload({})],
  ])('is null with %s', (_what, given) => {
    expect(parseStaffMessage([given])).toBeNull();
    expect(parseStaffMessage([inPlain(given)])).toBeNull();
  });

  it('is null without arguments, and throws no error for any arguments', () => {
    expect(parseStaffMessage([])).toBeNull();
    fc.assert(fc.property(fc.array(fc.anything()), (args) => void parseStaffMessage(args)));
  });
});
