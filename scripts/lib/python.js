/** Installs packages from PyPI, each in a virtual environment of its own below .cerciora. */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { withLock } = require('./files');
const { hashOf, isStamped } = require('./prepare');
const { run } = require('./run');
const { bold, dim, say, UserError } = require('./terminal');

/** @param {string} name @returns {string | undefined} */
function onPath(name) {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(folder, name);
    try {
      fs.accessSync(file, fs.constants.X_OK);
      if (folder && fs.statSync(file).isFile()) return path.resolve(file);
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

/**
 * Finds Python. SecantusDB has wheels for 3.10 to 3.13, so a newer version is the last choice.
 * @returns {Promise<string | undefined>} a Python that can make virtual environments
 */
async function findPython() {
  const names = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
  for (const below of ['(3, 14)', '(4, 0)']) {
    const check = `import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info < ${below})`;
    for (const name of names) {
      const file = onPath(name);
      if (file && (await run(file, ['-c', check], { quiet: true })).code === 0) return file;
    }
  }
  return undefined;
}

/**
 * Installs the requirements of a file, and again if the file or the folder has changed.
 * @param {{ folder: string, requirements: string, what: string, otherwise: string }} options `otherwise`: advice if
 * there is no Python.
 */
async function installPackages({ folder, requirements, what, otherwise }) {
  const stamp = path.join(folder, '.cerciora-packages');
  // A virtual environment contains absolute paths, so a moved one is created again.
  const expected = `${hashOf(path.dirname(requirements), [path.basename(requirements)])} ${folder}`;
  const tell = (/** @type {number} */ pid) =>
    say(dim(`Waiting for process ${pid}, which installs ${what} …`));
  await withLock(`${folder}.lock`, tell, async () => {
    const python = path.join(folder, 'bin', 'python');
    if (isStamped(stamp, expected) && fs.existsSync(python)) return;
    const found = await findPython();
    if (!found) throw new UserError(otherwise);
    const name = path.join(path.basename(path.dirname(folder)), path.basename(folder));
    say(bold(`Installing ${what} from PyPI into ${name} (once) …`));
    fs.rmSync(folder, { recursive: true, force: true });
    const made = await run(found, ['-m', 'venv', folder], { quiet: true });
    if (made.code !== 0)
      throw new UserError(`${otherwise}\n\n${found} -m venv failed:\n${made.output}`);
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--only-binary', ':all:'];
    // Python compiles what it imports; all modules would take as long as the rest of the installation.
    const { code } = await run(python, [...pip, '--no-compile', '-r', requirements]);
    if (code !== 0)
      throw new UserError(
        `The packages could not be installed (pip's messages are above).\n${otherwise}`,
      );
    fs.writeFileSync(stamp, expected);
  });
}

module.exports = { findPython, installPackages, onPath };
