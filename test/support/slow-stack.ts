/**
 * The service with a slow connection to MongoDB: one proxy for the worker, which stores events, and one for the API.
 */
import { SlowProxy } from './slow-proxy';
import { Stack } from './stack';

export interface SlowStack {
  stack: Stack;
  worker: SlowProxy;
  api: SlowProxy;
  stop(): Promise<void>;
}

export async function startSlowStack(): Promise<SlowStack> {
  // Tests make more requests in a second than one client may.
  const usual = { RATE_LIMIT: '100000' };
  const stack = await Stack.start({}, {}, usual);
  const { port } = stack.mongo;
  const [worker, api] = await Promise.all([SlowProxy.start(port), SlowProxy.start(port)]);
  for (const [role, proxy] of [['worker', worker] as const, ['api', api] as const]) {
    await stack.kill(role, 'SIGTERM');
    const MONGODB_URI = stack.databaseUri.replace(`:${port}/`, `:${proxy.port}/`);
    stack.environment = { ...usual, MONGODB_URI };
    await stack.spawn(role);
  }
  return {
    stack,
    worker,
    api,
    async stop() {
      await stack.stop();
      await Promise.all([worker.stop(), api.stop()]);
    },
  };
}
