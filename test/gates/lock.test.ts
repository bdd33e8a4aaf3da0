import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Package {
  version?: string;
  resolved?: string;
  dependencies?: Record<string, string>;
}

const ROOT = join(__dirname, '../..');
const read = (name: string): unknown => JSON.parse(readFileSync(join(ROOT, name), 'utf8'));

const manifest = read('package.json') as Record<string, Record<string, string>>;
const { packages } = read('package-lock.json') as { packages: Record<string, Package> };

/** Returns the version: `1.2.3`, also in an alias `npm:name@1.2.3`; `$name` is the project's own version of it. */
const EXACT = /^((npm:.+@)?\d+\.\d+\.\d+|\$[a-z]+)$/;
const NATIVE = ['darwin-arm64', 'darwin-x64', 'linux-x64-gnu', 'linux-arm64-gnu', 'win32-x64-msvc'];

describe('package.json', () => {
  it.each(['dependencies', 'devDependencies', 'overrides'])('pins its %s', (group) => {
    const versions = Object.entries(manifest[group]!).flatMap(([name, version]) =>
      // An override may be of one package's own dependencies.
      typeof version === 'string' ? [[name, version] as const] : Object.entries<string>(version),
    );
    expect(versions.length).toBeGreaterThan(0);
    expect(versions.filter(([, version]) => !EXACT.test(version))).toEqual([]);
  });
});

describe('package-lock.json', () => {
  it('has the dependencies of package.json', () => {
    const { dependencies, devDependencies } = manifest;
    expect(packages['']).toMatchObject({ dependencies, devDependencies });
  });

  it('has one protobufjs 8 for all packages of Temporal', () => {
    const nested = Object.keys(packages).filter((path) =>
      /@temporalio\/[^/]+\/node_modules\/protobufjs$/.test(path),
    );
    const users = Object.entries(packages).filter(
      ([path, { dependencies }]) =>
        path.startsWith('node_modules/@temporalio/') && dependencies?.['protobufjs'] !== undefined,
    );
    expect(users.length).toBeGreaterThan(0);
    expect(nested).toEqual([]);
    expect(packages['node_modules/protobufjs']!.version).toBe(
      manifest['dependencies']!['protobufjs'],
    );
    expect(packages['node_modules/protobufjs']!.version).toMatch(/^8\./);
  });

  const binaries = [
    ['@swc/core', '@swc/core-'],
    ['oxc-parser', '@oxc-parser/binding-'],
    ['unrs-resolver', '@unrs/resolver-binding-'],
  ] as const;
  it.each(binaries.flatMap(([name, prefix]) => NATIVE.map((os) => [name, prefix + os] as const)))(
    'has the binary of %s as %s',
    (name, binary) => {
      const { version } = packages[`node_modules/${name}`]!;
      expect(packages[`node_modules/${binary}`]).toMatchObject({ version });
    },
  );

  it('contains no registry URLs', () => {
    const resolved = Object.values(packages).filter((entry) => entry.resolved !== undefined);
    expect(resolved).toEqual([]);
  });

  it('has no package that requires a newer version of Node', () => {
    const options = ['--dry-run', '--engine-strict', '--offline', '--loglevel=error'];
    const { status, stderr } = spawnSync('npm', ['ci', ...options], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
