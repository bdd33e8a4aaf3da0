import { startMongo } from './servers';

/**
 * Gives a test file its own MongoDB server, whose large documents and long scans would stall the tests that run beside
 * it on the shared one. Returns the function that stops it.
 */
export async function useOwnMongo(): Promise<() => Promise<void>> {
  const mongo = await startMongo();
  process.env['TEST_MONGODB_URI'] = mongo.uri;
  return () => mongo.stop();
}
