#!/usr/bin/env node
/**
 * The operator's command: `cerciora <noun> <verb>`. Writes data to stdout and messages to stderr. `--json` for
 * machines.
 */
import { Command } from 'commander';
import { accountCommands } from './cli/accounts';
import { keyCommands } from './cli/keys';
import { listenCommand } from './cli/listen';
import { runCommands } from './cli/runs';
import { findStack } from './cli/running-stack';
import { sendingCommands } from './cli/sending';
import { setupCommand } from './cli/setup';
import { ConfigError } from './platform/config';

/** sysexits.h: EX_CONFIG. */
const EXIT_CONFIG = 78;

const program = new Command('cerciora')
  .description(
    'Operates a Cerciora installation, configured by the same environment as its processes. ' +
      'In the folder of a running `npm start` it finds the settings by itself.',
  )
  .showHelpAfterError();
setupCommand(program);
accountCommands(program);
keyCommands(program);
runCommands(program);
listenCommand(program);
sendingCommands(program);

const NO_STACK = 'No `npm start` runs here: run the command in its folder, or set what is missing.';

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof ConfigError && findStack() === null) process.stderr.write(`${NO_STACK}\n`);
  process.exitCode = error instanceof ConfigError ? EXIT_CONFIG : 1;
});
