/** Compiles TypeScript with SWC, which Temporal's worker depends on: an installation without development tools has it. */
'use strict';

const fs = require('node:fs');
const path = require('node:path');

/** Source folders with their outputs. The demo has its own output with the client beside it, as in the sources. */
const targets = Object.freeze([
  { from: 'src', to: 'dist', skips: /^demo\// },
  { from: 'src/demo', to: 'dist/demo/src/demo', skips: /^$/ },
  {
    from: 'clients/typescript',
    to: 'dist/demo/clients/typescript',
    skips: /^(dist|node_modules)\//,
  },
]);

/** @type {import('@swc/core').Options} */
const options = {
  swcrc: false,
  configFile: false,
  sourceMaps: true,
  inlineSourcesContent: false,
  jsc: { parser: { syntax: 'typescript' }, target: 'es2023', keepClassNames: true },
  // `import()` stays as it is: it loads ES modules too.
  module: { type: 'commonjs', ignoreDynamic: true },
};

/** @param {string} home @returns {{ source: string, output: string }[]} files to compile */
function filesOf(home) {
  // An image is built without the demo's client.
  const present = targets.filter(({ from }) => fs.existsSync(path.join(home, from)));
  return present.flatMap(({ from, to, skips }) =>
    fs
      .readdirSync(path.join(home, from), { recursive: true, encoding: 'utf8' })
      .map((name) => name.replaceAll('\\', '/'))
      .filter((name) => /(?<!\.d|\.test)\.ts$/.test(name) && !skips.test(name))
      .map((name) => ({
        source: path.join(home, from, name),
        output: path.join(home, to, name.replace(/\.ts$/, '.js')),
      })),
  );
}

/** @param {{ source: string, output: string }} file @param {import('@swc/core')} swc */
async function compileFile({ source, output }, swc) {
  const sourceFileName = path.relative(path.dirname(output), source).replaceAll('\\', '/');
  const { code, map = '' } = await swc.transformFile(source, { ...options, sourceFileName });
  const name = path.basename(output);
  fs.mkdirSync(path.dirname(output), { recursive: true });
  fs.writeFileSync(`${output}.map`, map);
  fs.writeFileSync(output, `${code}\n//# sourceMappingURL=${name}.map\n`);
}

/** Compiles the project into an empty `dist`. Checks no types. @param {string} home @throws Error for wrong syntax. */
async function compile(home) {
  const swc = require('@swc/core');
  fs.rmSync(path.join(home, 'dist'), { recursive: true, force: true });
  await Promise.all(filesOf(home).map((file) => compileFile(file, swc)));
}

module.exports = { compile, filesOf };
