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

  it('accepts a message and returns its id, and its cost if known', async () => {
    const accepted = await subject.connector.send(message());
    expect(accepted.provider_id).toEqual(expect.stringMatching(/./));
    if (accepted.cost !== null)
      expect(accepted.cost).toEqual({
        amount: expect.any(Number),
        currency: expect.stringMatching(/^[A-Z]{3}$/),
      });
  });

  it('lists the channel of its destinations', () => {
    expect(subject.connector.channels).toContain(subject.destinations.channel);
  });

  it('finds a message that it accepted, and no other', async () => {
    const sent = message();
    const since = new Date();
    const accepted = await subject.connector.send(sent);
    const found = await subject.connector.find(sent, since);
    const unknown = await subject.connector.find(otherThan(sent), since);
    if (subject.canFind) {
      expect(found).toMatchObject({ provider_id: accepted.provider_id });
      expect(unknown).toBeNull();
    } else {
      expect([found, unknown]).toEqual(['unsupported', 'unsupported']);
    }
  });

  it('gives receipts only when gives_receipts is true', async () => {
    const sent = message();
    await subject.connector.send(sent);
    const keys = subject.receipts().map(({ key }) => key);
    expect(keys.includes(sent.key)).toBe(subject.connector.gives_receipts);
  });

  it('fails with a kind and a short error code, without the destination and the code', async () => {
    const { channel, failing } = subject.destinations;
    for (const [kind, to] of Object.entries(failing)) {
      const refused = messageTo(channel, to);
      const error = await subject.connector.send(refused).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ChannelError);
      const { kind: actual, code, message: text } = error as ChannelError;
      expect([actual, code]).toEqual([kind, expect.stringMatching(/^[\w.-]{1,64}$/)]);
      expect(text).not.toContain(to.replace(/^\+/, ''));
      expect(text).not.toContain(refused.code);
      if (!subject.canFind) continue;
      // find() refuses the message too, or returns null.
      const again = await subject.connector
        .find(refused, new Date())
        .catch((thrown: unknown) => (thrown as ChannelError).kind);
      expect([kind, null]).toContain(again);
    }
  });
}
