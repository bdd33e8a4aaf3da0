/** Conformance tests for connectors. Each connector's test passes a function that creates one. */
import { randomUUID } from 'node:crypto';
import {
  ChannelError,
  type ChannelErrorKind,
  type CodeMessage,
  type Connector,
} from '../../src/providers/connector';
import { templateFor } from '../../src/messaging/texts';
import type { Channel } from '../../src/domain/otp/policy';

export interface Subject {
  connector: Connector;
  /** True if the provider can look up messages by our key. */
  canFind: boolean;
  /** A destination that is accepted, and those that fail in each possible way. */
  destinations: {
    channel: Channel;
    to: string;
    failing: Partial<Record<ChannelErrorKind, string>>;
  };
  /** Receipts so far, by the key of the message. */
  receipts(): { key: string; status: string }[];
}

export function messageTo(channel: Channel, to: string, key: string = randomUUID()): CodeMessage {
  const words = { language: 'es', account_name: 'Banco Ejemplo' };
  const place = { run_uuid: randomUUID(), step_uuid: randomUUID(), order: 1 };
  return {
    ...{ key, account_uuid: randomUUID(), mode: 'test', channel, to, code: '481516' },
    ...words,
    template: templateFor({ ...words, purpose: 'verification', channel, host: null }, {}),
    code_ref: { ...place, issue: 1, key_id: 'k1', length: 6 },
    send: { ...place, send: 1 },
  };
}

/** A message to the same destination with another code. */
function otherThan({ channel, to }: CodeMessage): CodeMessage {
  return { ...messageTo(channel, to), code: '234299' };
}

export function connectorConforms(make: () => Subject | Promise<Subject>): void {
  let subject: Subject;
  beforeAll(async () => (subject = await make()));
  const message = (key?: string) =>
    messageTo(subject.destinations.channel, subject.destinations.to, key);

  it('takes a message, says by which id and what it costs, if it knows', async () => {
    const taken = await subject.connector.send(message());
    expect(taken.provider_id).toEqual(expect.stringMatching(/./));
    if (taken.cost !== null)
      expect(taken.cost).toEqual({
        amount: expect.any(Number),
        currency: expect.stringMatching(/^[A-Z]{3}$/),
      });
  });

  it('serves the channel that it says it serves', () => {
    expect(subject.connector.channels).toContain(subject.destinations.channel);
  });

  it('finds by our key what it took, and nothing under another', async () => {
    const sent = message();
    const since = new Date();
    const taken = await subject.connector.send(sent);
    const found = await subject.connector.find(sent, since);
    const unknown = await subject.connector.find(otherThan(sent), since);
    if (subject.canFind) {
      expect(found).toMatchObject({ provider_id: taken.provider_id });
      expect(unknown).toBeNull();
    } else {
      expect([found, unknown]).toEqual(['unsupported', 'unsupported']);
    }
  });

  it('gives receipts if it says so, and only then', async () => {
    const sent = message();
    await subject.connector.send(sent);
    const keys = subject.receipts().map(({ key }) => key);
    expect(keys.includes(sent.key)).toBe(subject.connector.gives_receipts);
  });

  it('fails by a kind and a short code, without destination and code of the person', async () => {
    const { channel, failing } = subject.destinations;
    for (const [kind, to] of Object.entries(failing)) {
      const refused = messageTo(channel, to);
      const error = await subject.connector.send(refused).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ChannelError);
      const { kind: told, code, message: text } = error as ChannelError;
      expect([told, code]).toEqual([kind, expect.stringMatching(/^[\w.-]{1,64}$/)]);
      expect(text).not.toContain(to.replace(/^\+/, ''));
      expect(text).not.toContain(refused.code);
      if (!subject.canFind) continue;
      // What was refused is refused still when it is asked for, or was never there.
      const again = await subject.connector
        .find(refused, new Date())
        .catch((thrown: unknown) => (thrown as ChannelError).kind);
      expect([kind, null]).toContain(again);
    }
  });
}
