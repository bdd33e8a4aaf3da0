/** Finds the stack of `npm start` by the files that it writes while it runs. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Fields of `.cerciora/dev.json` that commands use; the file describes a running stack. */
export interface RunningStack {
  api_url: string;
  account_uuid: string;
  test_key: string;
  webhook_secret: string;
  pids: { start: number };
}

/** Settings that determine which data a command uses and how they are encrypted. */
const DECISIVE = [
  'ENCRYPTION_KEYS',
  'CODE_KEYS',
  'HASH_KEYS',
  'MONGODB_URI',
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
] as const;

/** Reads the description of the stack that runs in `from` or in the nearest folder above it. Null if none runs. */
export function findStack(from: string = process.cwd()): RunningStack | null {
  const folder = folderOf(from);
  const stack = folder === null ? null : readJson<RunningStack>(join(folder, 'dev.json'));
  return stack !== null && isAlive(stack.pids.start) ? stack : null;
}

/**
 * Completes an environment with the settings of the running stack. An environment with other servers or keys belongs to
 * another installation and is returned unchanged: development keys must not encrypt its data.
 */
export function withStackSettings(
  env: NodeJS.ProcessEnv,
  from: string = process.cwd(),
): { env: NodeJS.ProcessEnv; stack: RunningStack | null } {
  const stack = findStack(from);
  const folder = stack === null ? null : folderOf(from);
  const settings =
    folder === null ? null : readJson<Record<string, string>>(join(folder, 'settings.json'));
  const given = Object.fromEntries(Object.entries(env).filter(([, text]) => text !== ''));
  const isOther = DECISIVE.some(
    (name) => given[name] !== undefined && given[name] !== settings?.[name],
  );
  if (settings === null || isOther) return { env, stack: null };
  return { env: { ...settings, ...given }, stack };
}

/** Returns the nearest `.cerciora` with a description of a stack. */
function folderOf(from: string): string | null {
  const folder = join(from, '.cerciora');
  if (existsSync(join(folder, 'dev.json'))) return folder;
  const above = dirname(from);
  return above === from ? null : folderOf(above);
}

/** Reads a JSON file. Null if it is absent, as after the stack has ended. */
function readJson<Content>(file: string): Content | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Content;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process runs and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
