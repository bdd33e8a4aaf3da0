/**
 * Encrypts payloads for Temporal: AES-256-GCM under a rotating key ring, bound to namespace and workflow id, so that a
 * payload is unreadable in another run. Decoding never throws (see `workflows/converters/payload-converter`).
 */
import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { Keyring } from '../crypto/keyring';
import { open, seal } from '../crypto/seal';
import { PLAIN_MARK, PUBLIC_MARK } from '../../workflows/converters/payload-converter';

const ENCODING = 'binary/encrypted';
const { Payload: PayloadProto } = temporal.api.common.v1;
const MARK = Buffer.from('1');

/** Creates the codec for a key ring. The first key encrypts; any key decrypts. */
export function createCodec(ring: Keyring): PayloadCodec {
  return {
    encode: (payloads, context) =>
      Promise.resolve(payloads.map((payload) => encode(ring, payload, context))),
    decode: (payloads, context) =>
      Promise.resolve(payloads.map((payload) => decode(ring, payload, context))),
  };
}

function encode(ring: Keyring, payload: Payload, context?: SerializationContext): Payload {
  if (payload.metadata?.[PUBLIC_MARK] != null) return readable(payload);
  const { id, bytes } = ring.current;
  const text = PayloadProto.encode(payload).finish();
  return {
    metadata: { encoding: Buffer.from(ENCODING), 'key-id': Buffer.from(id) },
    data: seal(bytes, text, associatedData(context)),
  };
}

/** Returns a plain payload for the Temporal UI and CLI: with its encoding and no other metadata. */
function readable({ metadata, data }: Payload): Payload {
  const { [PUBLIC_MARK]: _mark, ...rest } = metadata ?? {};
  return { metadata: rest, data: data ?? null };
}

function decode(ring: Keyring, payload: Payload, context?: SerializationContext): Payload {
  const { metadata, data } = payload;
  if (textOf(metadata?.['encoding']) !== ENCODING) {
    return { ...payload, metadata: { ...metadata, [PLAIN_MARK]: MARK } };
  }
  const key = ring.find(textOf(metadata?.['key-id']));
  if (key === undefined || data == null) return undecodable;
  try {
    return PayloadProto.decode(open(key.bytes, data, associatedData(context)));
  } catch {
    return undecodable;
  }
}

/** An unknown encoding, which the payload converter passes on as undecodable. */
const undecodable: Payload = { metadata: { encoding: Buffer.from('binary/undecodable') } };

function associatedData(context?: SerializationContext): string {
  return `${context?.namespace ?? ''}/${context?.workflowId ?? ''}`;
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return bytes == null ? '' : Buffer.from(bytes).toString();
}
