/**
 * Converts values to payloads and back, in workflow code and outside it. Reading never throws: an undecodable signal
 * would otherwise fail every later workflow task of its run. A payload that can't be decoded, or that is not encrypted,
 * becomes a `Foreign` value. Handlers refuse it or, for staff signals, unwrap it.
 */
import {
  defaultPayloadConverter,
  RawValue,
  type Payload,
  type PayloadConverter,
} from '@temporalio/common';

/** Metadata that the codec sets on payloads that arrived unencrypted. */
export const PLAIN_MARK = 'cerciora-plain';
/**
 * Metadata that tells the codec to leave a payload readable: texts for operators, never personal. Removed before
 * sending.
 */
export const PUBLIC_MARK = 'cerciora-public';

const FOREIGN = '$cerciora_foreign';
const PUBLIC_PREFIX = '\u2063public:';
const MARK = new Uint8Array([49]);
/** The SDK's encoding of undefined. */
const NOTHING = 'binary/null';

/** A value that this service did not encrypt, or that can't be decoded. */
export interface Foreign {
  [FOREIGN]: 'plain' | 'undecodable';
  value: unknown;
}

/** Marks a text that operators must be able to read in the Temporal UI without the codec: summaries, request ids. */
export function publicText(text: string): string {
  return PUBLIC_PREFIX + text;
}

/** Returns true for a value that this service did not encrypt. */
export function isForeign(value: unknown): value is Foreign {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, FOREIGN);
}

/** Returns the plain value inside a foreign one; undefined if it can't be decoded. */
export function unwrapPlain(value: unknown): unknown {
  if (!isForeign(value)) return value;
  return value[FOREIGN] === 'plain' ? value.value : undefined;
}

export const payloadConverter: PayloadConverter = {
  toPayload<T>(value: T): Payload {
    if (typeof value === 'string' && value.startsWith(PUBLIC_PREFIX)) {
      return readable(defaultPayloadConverter.toPayload(value.slice(PUBLIC_PREFIX.length)));
    }
    const payload = defaultPayloadConverter.toPayload(value);
    // The SDK's reply to the UI's metadata query: names of handlers and the current details.
    return value instanceof RawValue ? readable(payload) : payload;
  },
  fromPayload<T>(payload: Payload): T {
    return read(payload) as T;
  },
};

function read(payload: Payload): unknown {
  const value = tryRead(payload);
  if (value === undefined && !isNothing(payload)) return foreign('undecodable', undefined);
  return payload.metadata?.[PLAIN_MARK] == null ? value : foreign('plain', value);
}

function tryRead(payload: Payload): unknown {
  try {
    return defaultPayloadConverter.fromPayload<unknown>(payload);
  } catch {
    return undefined;
  }
}

function isNothing(payload: Payload): boolean {
  const encoding = payload.metadata?.['encoding'];
  // Compares the length first: spreading an unbounded array below would be unsafe.
  if (encoding?.length !== NOTHING.length) return false;
  return String.fromCharCode(...encoding) === NOTHING;
}

function foreign(kind: Foreign[typeof FOREIGN], value: unknown): Foreign {
  return { [FOREIGN]: kind, value };
}

function readable(payload: Payload): Payload {
  return { ...payload, metadata: { ...payload.metadata, [PUBLIC_MARK]: MARK } };
}
