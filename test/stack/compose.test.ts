/**
 * Compares the compose files with `npm start` by reading them, because the tests run without Docker: same entry points
 * and settings.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { configSchema, loadConfig } from '../../src/platform/config';
import { exactVersion } from '../support/node-versions';

interface Service {
  image: string;
  build?: string;
  command?: string[];
  environment?: Record<string, string | number>;
  ports?: string[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  restart?: string;
}

const root = path.resolve(__dirname, '../..');
const read = (name: string) => fs.readFileSync(path.join(root, name), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const dockerfile = read('Dockerfile');
const { entryPoints } = jest.requireActual<{
  entryPoints: Record<'api' | 'worker' | 'cli' | 'bundle', string>;
}>('../../scripts/lib/paths.js');
const services = Object.entries(compose.services);
const own = ['setup', 'api', 'worker'] as const;
const service = (name: string): Service => compose.services[name] ?? { image: '' };

test('every part of the stack is a service', () => {
  const names = ['postgres', 'temporal', 'temporal-ui', 'mongodb', 'setup', 'api', 'worker'];
  expect(services.map(([name]) => name)).toEqual(names);
});

test.each([
  ['api', [entryPoints.api]],
  ['worker', [entryPoints.worker]],
  ['setup', [entryPoints.cli, 'setup', '--json']],
])('%s runs the same command as npm start', (name, command) => {
  expect(service(name).command).toEqual(['node', '--enable-source-maps', ...command]);
  expect(service(name).build).toBe('.');
});

test('entry points have sources', () => {
  for (const file of Object.values(entryPoints)) {
    expect(fs.existsSync(path.join(root, file.replace(/^dist/, 'src').replace(/js$/, 'ts')))).toBe(
      true,
    );
  }
  expect(dockerfile).toContain(entryPoints.api);
  expect(dockerfile).toContain('RUN node scripts/build.js\n');
});

test.each(own)('%s has only existing settings, and its keys from the environment', (name) => {
  const environment = service(name).environment ?? {};
  expect(Object.keys(environment).filter((key) => !(key in configSchema.shape))).toEqual([]);
  for (const keys of ['ENCRYPTION_KEYS', 'CODE_KEYS', 'HASH_KEYS']) {
    expect(environment[keys]).toMatch(new RegExp(`^\\$\\{${keys}:\\?`));
  }
});

test.each(own)('the settings of %s are valid once the key rings are set', (name) => {
  const key = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
  const given = (text: string) =>
    text.replace(
      /\$\{(\w+):([-?])([^}]*)\}/g,
      (_, variable: string, kind: string, otherwise: string) =>
        kind === '-' ? otherwise : variable === 'PUBLIC_URL' ? 'https://id.example.com' : key,
    );
  const environment = Object.entries(service(name).environment ?? {}).map(([k, v]) => [
    k,
    given(String(v)),
  ]);
  expect(() => loadConfig(Object.fromEntries(environment) as NodeJS.ProcessEnv)).not.toThrow();
});

// The stack has a Temporal of its own, on the network of its containers.
const OWN_TEMPORAL = ['TEMPORAL_TLS', 'TEMPORAL_API_KEY'];
// Only the API stores and reads files; the others create the same stores and open no file.
const FILE_STORAGE = [
  ...['MEDIA_STORAGE', 'S3_BUCKET', 'S3_REGION', 'S3_ENDPOINT'],
  ...['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
];
/** Settings that a process could read and is intentionally not given. */
const WITHHELD: Record<(typeof own)[number], readonly string[]> = {
  api: OWN_TEMPORAL,
  worker: [...OWN_TEMPORAL, ...FILE_STORAGE],
  setup: [...OWN_TEMPORAL, ...FILE_STORAGE],
};

test.each([
  ['api', entryPoints.api],
  ['worker', entryPoints.worker],
  ['setup', entryPoints.cli],
] as const)(
  '%s receives every setting that its code names, except the withheld ones',
  (name, entry) => {
    const passed = Object.keys(service(name).environment ?? {});
    const named = settingsNamedFrom(entry.replace(/^dist/, 'src').replace(/js$/, 'ts'));
    expect(named.size).toBeGreaterThan(8);
    const missing = [...named].filter((each) => !passed.includes(each));
    expect(missing.sort()).toEqual([...WITHHELD[name]].sort());
  },
);

const fileOf = (module: string) =>
  fs.existsSync(path.join(root, `${module}.ts`)) ? `${module}.ts` : `${module}/index.ts`;

/** Returns the settings named in a file or in its imports, without types. */
function settingsNamedFrom(entry: string): Set<string> {
  const [files, open] = [new Set<string>(), [entry]];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file) || file === 'src/platform/config.ts') continue;
    files.add(file);
    const imports = read(file).matchAll(/^(?:import|export) (?!type )[^;]*? from '(\.[^']+)';/gm);
    for (const [, to = ''] of imports) open.push(fileOf(path.join(path.dirname(file), to)));
  }
  const code = [...files].map((file) => read(file)).join('\n');
  return new Set(
    Object.keys(configSchema.shape).filter((each) => new RegExp(`\\b${each}\\b`).test(code)),
  );
}

test('ports are published only on loopback', () => {
  const ports = services.flatMap(([, { ports: published = [] }]) => published);
  expect(ports).not.toEqual([]);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:[^:]+(:-\d+\})?:\d+$/);
});

test('every dependency has a health check or is the completed setup', () => {
  for (const [, { depends_on: needed = {} }] of services) {
    for (const [name, { condition }] of Object.entries(needed)) {
      if (condition === 'service_healthy') expect(service(name).healthcheck).toBeDefined();
      else expect([name, condition]).toEqual(['setup', 'service_completed_successfully']);
    }
  }
});

test('images are pinned, volumes are declared and services restart after a crash', () => {
  for (const [, { image, restart, volumes = [] }] of services) {
    expect(image).toMatch(/:(\d+\.\d+|\$\{CERCIORA_VERSION)/);
    expect(restart).toMatch(/^(unless-stopped|on-failure:\d)$/);
    for (const volume of volumes)
      expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
  }
  const image = `FROM node:${exactVersion('24')}-bookworm-slim`;
  expect(dockerfile.match(/^FROM .*$/gm)).toEqual([`${image} AS build`, image]);
});

const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, names = '']) =>
  names.split(' '),
);

test('the files that the image copies are enough to build every entry point', () => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'cerciora-image-'));
  for (const name of copied) {
    fs.cpSync(path.join(root, name), path.join(home, name), { recursive: true });
  }
  fs.rmSync(path.join(home, 'src/demo'), { recursive: true });
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(home, 'node_modules'));
  const [, script = ''] = /^RUN node (\S+)$/m.exec(dockerfile) ?? [];
  execFileSync(process.execPath, [script], { cwd: home });
  for (const file of [...Object.values(entryPoints), 'dist/workflow-bundle.js']) {
    expect(fs.existsSync(path.join(home, file))).toBe(true);
  }
  expect(fs.readdirSync(path.join(home, 'dist'))).not.toContain('demo');
  fs.rmSync(home, { recursive: true });
}, 60_000);

test('the image is built from the files that .dockerignore allows and runs without root', () => {
  const sent = read('.dockerignore').split('\n');
  for (const name of copied) {
    expect(sent).toContain(`!${name}`);
    expect(fs.existsSync(path.join(root, name))).toBe(true);
  }
  expect(dockerfile).toMatch(/^USER node$/m);
  expect(dockerfile).not.toMatch(/alpine/);
});
