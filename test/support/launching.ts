/** Types the scripts for starting servers. */
import type { ChildProcess } from 'node:child_process';

interface Launch {
  /** Name for messages. */
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
 * launch: resolves once the process listens; throws PortTaken or an error with the reason after ending the process.
 * onFreePort: repeats a start on another port if the free one was taken meanwhile.
 */
export const { launch, onFreePort, PortTaken } = jest.requireActual<Launching>(
  '../../scripts/lib/launch.js',
);
/** mark: environment that assigns a process to this test run, if it doesn't inherit ours. */
export const { mark, noteProcess, processesOf } = jest.requireActual<RunMark>(
  '../../scripts/lib/run-mark.js',
);
export const { mongodbArguments, temporalArguments } = jest.requireActual<Servers>(
  '../../scripts/lib/servers.js',
);
const ports = jest.requireActual<Ports>('../../scripts/lib/ports.js');

export const host = ports.host;
/** Finds a port without a listener that is not used for outgoing connections. */
export const freePort = (): Promise<number> => ports.freePort(0);
