import type { DataConverter } from '@temporalio/common';

/** Makes a converter that reads what the service says and sends in plain, as the Temporal CLI does beside a codec server. */
export function plainSpeaking(converter: DataConverter): DataConverter {
  const codecs = converter.payloadCodecs ?? [];
  const payloadCodecs = codecs.map((codec) => ({
    encode: (payloads: Parameters<typeof codec.encode>[0]) => Promise.resolve(payloads),
    decode: codec.decode.bind(codec),
  }));
  return { ...converter, payloadCodecs };
}
