import type { Client } from '@temporalio/client';
import { loadConfig, type Config } from '../config';
import { AccountStore } from '../store/accounts';
import { connectStore } from '../store/connection';
import { RunKeyStore } from '../store/run-keys';
import { RunStore } from '../store/runs';
import { createClient } from '../temporal/client';

/** What a command works with. */
export interface Session {
  config: Config;
  accounts: AccountStore;
  runs: RunStore;
  runKeys: RunKeyStore;
  client: Client;
}

/** A person at a terminal waits longer than a caller of the API, in milliseconds. */
const STORE_TIMEOUT_MS = 10_000;

/** Runs a command with connections that are closed after it, however it ends. */
export async function withSession<Result>(
  command: (session: Session) => Promise<Result>,
): Promise<Result> {
  const config = loadConfig();
  const store = connectStore(config.MONGODB_URI, STORE_TIMEOUT_MS);
  const client = createClient(config);
  try {
    return await command({
      config,
      client,
      accounts: new AccountStore(store, config.ENCRYPTION_KEYS),
      runs: new RunStore(store),
      runKeys: new RunKeyStore(store, config.ENCRYPTION_KEYS),
    });
  } finally {
    await store.close();
    await client.connection.close();
  }
}

/** Prints a result: as one line of JSON, or as the lines that `human` makes of it. */
export function print<Result>(
  result: Result,
  options: { json?: boolean | undefined },
  human: (result: Result) => string,
): void {
  process.stdout.write(`${options.json === true ? JSON.stringify(result) : human(result)}\n`);
}
