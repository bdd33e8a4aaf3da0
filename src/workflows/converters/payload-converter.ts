/**
 * How values become payloads and back, in workflow code and outside it alike. Reading never throws: an undecodable
 * signal would otherwise fail every later workflow task of its run. What could not be read, or came without encryption,
 * is handed on as a `Foreign` value, which handlers refuse or, for staff signals, unwrap.
 */
import {
  defaultPayloadConverter,
  RawValue,
  type Payload,
  type PayloadConverter,
} from '@temporalio/common';

/** Metadata set by the codec on payloads that came in plain. */
export const PLAIN_MARK = 'cerciora-plain';
/** Tells the codec to leave a payload readable: texts for operators, never personal. Not sent. */
export const PUBLIC_MARK = 'cerciora-public';

const FOREIGN = '$cerciora_foreign';
const PUBLIC_PREFIX = '\u2063public:';
const MARK = new Uint8Array([49]);
/** The SDK's encoding of undefined. */
const NOTHING = 'binary/null';

/** A value that did not come from this service: in plain, or not to be read at all. */
export interface Foreign {
  [FOREIGN]: 'plain' | 'undecodable';
  value: unknown;
}

/** Marks a text that operators shall read in the Temporal UI without the codec: summaries, request ids. */
export function publicText(text: string): string {
  return PUBLIC_PREFIX + text;
}

/** True for a value that did not come, encrypted, from this service. */
export function isForeign(value: unknown): value is Foreign {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, FOREIGN);
}

/** The plain value within a foreign one; undefined where it could not be read. */
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
    // The SDK's own answer to the UI's metadata query: names of handlers and the current details.
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
  // Its length first: what is spread below must not be of anybody's size.
  if (encoding?.length !== NOTHING.length) return false;
  return String.fromCharCode(...encoding) === NOTHING;
}

function foreign(kind: Foreign[typeof FOREIGN], value: unknown): Foreign {
  return { [FOREIGN]: kind, value };
}

function readable(payload: Payload): Payload {
  return { ...payload, metadata: { ...payload.metadata, [PUBLIC_MARK]: MARK } };
}
