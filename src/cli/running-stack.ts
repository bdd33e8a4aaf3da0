/** Finds the stack that `npm start` runs, by the files that it writes while it runs. */
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

/** Settings that decide which data a command works on and whether it can read them. */
const DECISIVE = [
  'ENCRYPTION_KEYS',
  'CODE_KEYS',
  'HASH_KEYS',
  'MONGODB_URI',
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
] as const;

/** Reads the description of the stack that runs in `from` or in the nearest folder above it. Null where none runs. */
export function findStack(from: string = process.cwd()): RunningStack | null {
  const folder = folderOf(from);
  const stack = folder === null ? null : readJson<RunningStack>(join(folder, 'dev.json'));
  return stack !== null && isAlive(stack.pids.start) ? stack : null;
}

/**
 * Completes an environment with the settings of the running stack. An environment that names other servers or other
 * keys than the stack's is for another installation and is returned as it is: development keys must not seal its data.
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

/** The nearest `.cerciora` with a description of a stack. */
function folderOf(from: string): string | null {
  const folder = join(from, '.cerciora');
  if (existsSync(join(folder, 'dev.json'))) return folder;
  const above = dirname(from);
  return above === from ? null : folderOf(above);
}

/** Null where the file is absent, as after the end of the stack. */
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
    // It runs and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
