/** Runs API and worker of a stack as processes that can be killed, frozen and restarted. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { noteProcess, PortTaken } from './launching';

export type Role = 'api' | 'worker';

const DIST = join(__dirname, '..', '..', 'dist');
const ENTRY: Record<Role, string> = { api: 'api/main.js', worker: 'workers/main.js' };
/** Time limit until a process serves, in milliseconds. */
const START_LIMIT_MS = 60_000;
/** Time limit of a shutdown, in milliseconds. */
const STOP_LIMIT_MS = 10_000;

export abstract class StackProcesses {
  private readonly children = new Map<Role, ChildProcess>();
  private readonly frozen = new Set<ChildProcess>();
  private readonly supervisions = new Set<() => void>();

  /** `node`: the binary that executes the processes. */
  constructor(
    readonly folder: string,
    private readonly node: string,
  ) {}

  /** Options of a process. */
  abstract environmentOf(role: Role): NodeJS.ProcessEnv;

  /** Starts a process and resolves when it serves; otherwise ends it and throws. */
  async spawn(role: Role): Promise<void> {
    const log = openSync(this.logFile(role), 'a');
    const logged = statSync(this.logFile(role)).size;
    const child = spawn(this.node, [join(DIST, ENTRY[role])], {
      stdio: ['ignore', log, log, 'ipc'],
      env: this.environmentOf(role),
    });
    closeSync(log);
    noteProcess(child.pid);
    this.children.set(role, child);
    await new Promise<void>((resolve, reject) => {
      const limit = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`${role} does not serve: ${this.logs(role).slice(-2_000)}`));
      }, START_LIMIT_MS);
      child.once('message', () => {
        clearTimeout(limit);
        resolve();
      });
      child.once('error', reject);
      child.once('exit', (code) => {
        clearTimeout(limit);
        const said = readFileSync(this.logFile(role)).subarray(logged).toString().slice(-2_000);
        const isTaken = /PORT: \d+ is taken/.test(said);
        reject(new (isTaken ? PortTaken : Error)(`${role} ended with ${code}: ${said}`));
      });
    });
  }

  /** Kills a process like a power failure. */
  async kill(role: Role, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.children.get(role);
    if (child !== undefined) await endProcess(child, signal);
  }

  /** Restarts a process whenever it dies; returns a function that stops this. */
  supervise(role: Role): () => void {
    let isOn = true;
    const keepUp = async (): Promise<void> => {
      for (;;) {
        await ended(this.children.get(role));
        if (!isOn) return;
        await this.spawn(role).catch(() => undefined);
      }
    };
    void keepUp();
    const relent = () => {
      isOn = false;
      this.supervisions.delete(relent);
    };
    this.supervisions.add(relent);
    return relent;
  }

  /** Freezes a process and forgets it; `thaw` resumes it, `end` ends it. */
  freeze(role: Role): { thaw(): void; end(): Promise<void> } {
    const child = this.children.get(role);
    if (child === undefined) throw new Error(`no ${role} runs`);
    this.children.delete(role);
    this.frozen.add(child);
    child.kill('SIGSTOP');
    return { thaw: () => child.kill('SIGCONT'), end: () => endProcess(child, 'SIGTERM') };
  }

  logs(role: Role): string {
    return readFileSync(this.logFile(role), 'utf8');
  }

  /** Ends all processes, including frozen ones, and starts none again. */
  protected async stopProcesses(): Promise<void> {
    this.supervisions.forEach((relent) => {
      relent();
    });
    for (const child of this.frozen) child.kill('SIGKILL');
    const children = [...this.children.values()];
    await Promise.all(children.map((child) => endProcess(child, 'SIGTERM')));
  }

  private logFile(role: Role): string {
    return join(this.folder, `${role}.log`);
  }
}

/** Kills a process that doesn't end in time. */
async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  child.kill(signal);
  await ended(child);
  clearTimeout(limit);
}

/** Resolves when a process has ended. */
async function ended(child: ChildProcess | undefined): Promise<void> {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once('exit', resolve));
}
