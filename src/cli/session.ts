import type { Client } from '@temporalio/client';
import { loadConfig, type Config } from '../platform/config';
import { connectStore } from '../store/connection';
import { createStores, type Stores } from '../store/stores';
import { createClient } from '../platform/temporal/client';
import { withStackSettings, type RunningStack } from './running-stack';

/** Connections and stores of a command. */
export interface Session extends Stores {
  config: Config;
  client: Client;
  /** The stack of `npm start` that the command works on; null if the environment names another installation. */
  stack: RunningStack | null;
}

/** Time limit of MongoDB calls in milliseconds: longer than in the API, since a person waits at a terminal. */
const STORE_TIMEOUT_MS = 10_000;

/** Runs a command and closes its connections afterwards, in any case. */
export async function withSession<Result>(
  command: (session: Session) => Promise<Result>,
): Promise<Result> {
  const { env, stack } = withStackSettings(process.env);
  const config = loadConfig(env);
  const store = connectStore(config.MONGODB_URI, STORE_TIMEOUT_MS);
  const client = createClient(config);
  try {
    return await command({ config, client, stack, ...createStores(store, config) });
  } finally {
    await store.close();
    await client.connection.close();
  }
}

/** Prints a result: as one line of JSON, or as the lines from `human`. */
export function print<Result>(
  result: Result,
  options: { json?: boolean | undefined },
  human: (result: Result) => string,
): void {
  process.stdout.write(`${options.json === true ? JSON.stringify(result) : human(result)}\n`);
}
