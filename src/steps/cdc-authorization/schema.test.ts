import { createHash } from 'node:crypto';
import { EXAMPLE_NIP } from '../example-contract';
import type { ConfigSources } from '../schema-contract';
import { cdcAuthorizationSchema as schema } from './schema';

const sources: ConfigSources = {
  nip: () => Promise.resolve(EXAMPLE_NIP),
  form: () => Promise.resolve(null),
  accountName: () => Promise.resolve('Banco Ejemplo'),
};

async function resolvedFor(setup: object) {
  const found = await schema.resolve?.(setup as never, sources);
  if (found === undefined || 'fault' in found) throw new Error('the setup was refused');
  return found.resolved as { consent: { text: string; version: string } };
}

describe('a consent to a credit report', () => {
  it('has a standard text with the account name when the setup has no text', async () => {
    const { consent } = await resolvedFor({});
    expect(consent.text).toContain('Autorizo expresamente a Banco Ejemplo para que');
    expect(await resolvedFor({ text: 'Sí.', version: '7' })).toMatchObject({
      consent: { text: 'Sí.', version: '7' },
    });
  });

  it('stores the person, the text’s hash, time, IP and user agent', async () => {
    const resolved = await resolvedFor({ text: 'Sí.', version: '7' });
    const given = { full_name: 'Ana Ejemplo', rfc: 'gode561231gr9', accepted: true };
    const received = schema.receive(schema.data.parse(given), {
      ...{ setup: {} as never, resolved, at: Date.UTC(2026, 10, 1), codeFacts: () => null },
      client: { ip: '192.0.2.1', user_agent: 'Firefox' },
    });
    expect(received).toEqual({
      payload: {
        ...{ full_name: 'Ana Ejemplo', rfc: 'GODE561231GR9', rfc_kind: 'person' },
        ...{ rfc_warnings: ['check_digit'], accepted: true, version: '7' },
        text_sha256: createHash('sha256').update('Sí.').digest('hex'),
        ...{ accepted_at: '2026-11-01T00:00:00.000000Z', ip: '192.0.2.1', user_agent: 'Firefox' },
      },
      facts: { kind: 'consent' },
    });
  });

  it.each([[{ text: 'Sí.' }], [{ version: '7' }]])('refuses the setup %j', (setup) => {
    expect(schema.setup.safeParse(setup).error?.issues).toMatchObject([{ path: ['version'] }]);
  });

  it('passes no text to the workflow', async () => {
    const settings = schema.settings({} as never, await resolvedFor({}));
    expect(settings).toEqual({ nip: EXAMPLE_NIP, asks_for: 'consent' });
  });
});
