import { createHash } from 'node:crypto';
import { acceptanceSchema } from './schema';

const at = Date.UTC(2026, 10, 1, 12, 30);
const receive = (setup: object, client: { ip: string | null; user_agent: string | null }) =>
  acceptanceSchema.receive({ accepted: true } as never, {
    ...{ setup: setup as never, client, at, resolved: null },
    codeFacts: () => null,
  });

describe('an acceptance', () => {
  it('stores the SHA-256 of the text, its version, the time, the IP and the user agent', () => {
    const setup = { text: 'Acepto los términos…', version: '2' };
    const { payload, facts } = receive(setup, { ip: '192.0.2.1', user_agent: 'Firefox' });
    expect(payload).toEqual({
      accepted: true,
      version: '2',
      text_sha256: createHash('sha256').update(Buffer.from(setup.text, 'utf8')).digest('hex'),
      accepted_at: '2026-11-01T12:30:00.000000Z',
      ...{ ip: '192.0.2.1', user_agent: 'Firefox' },
    });
    expect(facts).toBeNull();
  });

  it('stores null for an unknown IP and user agent', () => {
    const { payload } = receive({ text: 'a', version: '1' }, { ip: null, user_agent: null });
    expect(payload).toMatchObject({ ip: null, user_agent: null });
  });

  it.each([[{}], [{ text: 'a' }], [{ text: '', version: '1' }]])(
    'refuses the setup %j',
    (setup) => {
      expect(acceptanceSchema.setup.safeParse(setup).success).toBe(false);
    },
  );
});
