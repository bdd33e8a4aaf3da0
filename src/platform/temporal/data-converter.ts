import type { DataConverter } from '@temporalio/common';
import type { Keyring } from '../crypto/keyring';
import { createCodec } from './codec';

/** Creates the data converter of all clients and workers of this service. */
export function createDataConverter(ring: Keyring): DataConverter {
  return {
    payloadConverterPath: require.resolve('../../workflows/converters/payload-converter'),
    failureConverterPath: require.resolve('../../workflows/converters/failure-converter'),
    payloadCodecs: [createCodec(ring)],
  };
}
