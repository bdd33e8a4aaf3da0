/** `npm run reset`: empties .cerciora/data. The next start generates new keys and a new account. */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { tryLock, lockHolder, unlock } = require('./lib/files');
const { endLeftovers, findLeftovers } = require('./lib/leftovers');
const { layout } = require('./lib/paths');
const { fail, say, UserError } = require('./lib/terminal');

/** @param {{ home?: string }} [options] */
async function main({ home = path.resolve(__dirname, '..') } = {}) {
  const paths = layout(home);
  const leftovers = findLeftovers(paths);
  // Uses the lock of `npm start`, so that none begins meanwhile.
  if (!tryLock(paths.lockFile)) {
    throw new UserError(
      `Cerciora is running (pid ${lockHolder(paths.lockFile)?.pid}): stop it first (Ctrl-C there).`,
    );
  }
  try {
    await endLeftovers(leftovers);
    fs.rmSync(paths.devFile, { force: true });
    fs.rmSync(paths.settingsFile, { force: true });
    fs.rmSync(paths.data, { recursive: true, force: true });
    fs.mkdirSync(paths.data, { recursive: true, mode: 0o700 });
    say(`${paths.data} is empty now.`);
  } finally {
    unlock(paths.lockFile);
  }
}

module.exports = { main };

if (require.main === module) {
  main().catch((error) => {
    fail(error);
    process.exit(1);
  });
}
