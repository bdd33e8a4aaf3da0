/** A folder that replaces the project: `npm test` runs there, with servers and tests as a test needs them. */
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { processesOf } from './launching';

const ROOT = path.resolve(__dirname, '../..');

/** A program that responds to version and namespace queries, and serves as `serve` says. */
export const standIn = (version: string, serve: string): string => `#!${process.execPath}
const fs = require('node:fs');
const net = require('node:net');
if (process.argv[2] === '--version') { console.log('${version}'); process.exit(0); }
if (process.argv[2] === 'operator') process.exit(0);
process.chdir(require('node:path').join(__dirname, '..'));
const port = Number(process.argv[process.argv.indexOf('--port') + 1]);
const listen = () => net.createServer(() => {}).listen(port, '127.0.0.1');
${serve}
`;

export interface ProjectOptions {
  /** JavaScript of the mongod stand-in; it may call \`listen()\`. */
  mongod?: string;
  /** Jest's test files by name, in JavaScript. */
  tests?: Record<string, string>;
  /** Limits in milliseconds, for main of scripts/test.js. */
  limits?: { limitMs?: number; startLimitMs?: number; exitGraceMs?: number };
}

export class ProjectCopy {
  output = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;

  private constructor(
    private readonly home: string,
    args: string[],
  ) {
    const { TEMPORAL_ADDRESS: _t, MONGODB_URI: _m, ...inherited } = process.env;
    this.child = spawn(process.execPath, [path.join(home, 'test.js'), ...args], {
      env: {
        ...inherited,
        // Without Python, which would be used to install what tests of this project need.
        PATH: path.join(home, 'bin'),
        TMPDIR: this.temporary,
        CERCIORA_TEST_RUN: [inherited['CERCIORA_TEST_RUN'], home].filter(Boolean).join(':'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
  }

  /** Runs `npm test` with stand-ins; `args` go to Jest. */
  static run(
    { mongod = 'listen();', tests = {}, limits = {} }: ProjectOptions,
    args: string[] = [],
  ) {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), 'cerciora-project-'));
    const script = JSON.stringify(path.join(ROOT, 'scripts/test.js'));
    const config = JSON.stringify(path.join(ROOT, 'jest.config.js'));
    const options = JSON.stringify({ home, prepared: true, ...limits });
    const files: Record<string, string> = {
      'bin/temporal': standIn('temporal version 1.9.1', 'listen();'),
      'bin/mongod': standIn('db version v8.0.0', mongod),
      'test.js': `void require(${script}).main(${options});`,
      'jest.config.js': `const { projects } = require(${config});
        module.exports = { ...projects[1], rootDir: __dirname, testMatch: ['<rootDir>/tests/*.test.js'] };`,
    };
    for (const [name, text] of Object.entries(tests)) files[`tests/${name}.test.js`] = text;
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
      fs.writeFileSync(path.join(home, name), text, { mode: 0o755 });
    }
    fs.mkdirSync(path.join(home, 'tmp'));
    fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(home, 'node_modules'));
    return new ProjectCopy(home, args);
  }

  private get temporary(): string {
    return path.join(this.home, 'tmp');
  }

  /** Processes of the run, without the runner itself. */
  get processes(): number[] {
    return processesOf(this.home).filter((pid) => pid !== this.child.pid);
  }

  /** Resolves once the condition is true. */
  async until(condition: () => boolean, timeoutMs = 30_000): Promise<void> {
    for (const end = Date.now() + timeoutMs; !condition();) {
      if (Date.now() > end) throw new Error(`waited in vain; the run said:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Returns a file that a test or a stand-in has written to the project's folder; null if there is none. */
  note(name: string): string | null {
    const file = path.join(this.home, name);
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
  }

  /** Writes a file for a test or a stand-in. */
  leaveNote(name: string): void {
    fs.writeFileSync(path.join(this.home, name), '');
  }

  interrupt(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits for the end; returns the exit code and the remaining processes and folders. */
  async end() {
    const code = await this.ended;
    return {
      code,
      count: this.output.trimEnd().split('\n').at(-1),
      processes: processesOf(this.home),
      folders: fs.readdirSync(this.temporary),
    };
  }

  /** Counts a text in the output. */
  said(text: string): number {
    return this.output.split(text).length - 1;
  }

  /** Removes the folder, and ends remaining processes. */
  remove(): void {
    for (const pid of processesOf(this.home)) process.kill(pid, 'SIGKILL');
    fs.rmSync(this.home, { recursive: true, force: true });
  }
}
