/** What the scripts of the project know of starting servers, with types. */
import type { ChildProcess } from 'node:child_process';

interface Launch {
  /** For messages. */
  name: string;
  command: string[];
  port: number;
  cwd: string;
  /** Milliseconds until it listens. */
  limitMs?: number;
}

interface Ports {
  freePort(wanted: number): Promise<number>;
  host: string;
}

interface Launching {
  launch(launch: Launch): Promise<ChildProcess>;
  onFreePort<Started>(start: (port: number) => Promise<Started>): Promise<Started>;
  PortTaken: new (message: string) => Error;
}

interface RunMark {
  mark(): Record<string, string>;
  noteProcess(pid: number | undefined): void;
  processesOf(folder: string): number[];
}

interface Servers {
  mongodbArguments(command: string[], options: { port: number; dataDir: string }): string[];
  temporalArguments(options: {
    port: number;
    dbFile?: string;
    dynamicConfig?: Record<string, unknown>;
  }): string[];
}

/**
 * launch: resolves once the process listens; throws PortTaken or an error that says why not, and the process has ended
 * then. onFreePort: repeats a start on another port when the one that was free is taken meanwhile.
 */
export const { launch, onFreePort, PortTaken } = jest.requireActual<Launching>(
  '../../scripts/lib/launch.js',
);
/** mark: environment of a process that belongs to this test run, where it doesn't inherit ours. */
export const { mark, noteProcess, processesOf } = jest.requireActual<RunMark>(
  '../../scripts/lib/run-mark.js',
);
export const { mongodbArguments, temporalArguments } = jest.requireActual<Servers>(
  '../../scripts/lib/servers.js',
);
const ports = jest.requireActual<Ports>('../../scripts/lib/ports.js');

export const host = ports.host;
/** Finds a port that nobody listens on and that no outgoing connection is given. */
export const freePort = (): Promise<number> => ports.freePort(0);
