/** Runs commands to their end with visible output. They end with the script. */
'use strict';

const { spawn } = require('node:child_process');

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
let hasStopped = false;

/**
 * Resolves once the command has ended. After `endRunning` it starts none.
 * @param {string} command @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, quiet?: boolean }} [options] quiet: output is returned, not shown
 * @returns {Promise<{ code: number, output: string, stdout: string }>}
 */
function run(command, args, { cwd, env, quiet = false } = {}) {
  if (hasStopped) return Promise.resolve({ code: 1, output: 'stopped', stdout: '' });
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    running.add(child);
    let output = '';
    let stdout = '';
    child.stdout?.on('data', (chunk) => ((stdout += chunk), (output += chunk)));
    child.stderr?.on('data', (chunk) => (output += chunk));
    const end = (/** @type {number} */ code) => {
      running.delete(child);
      resolve({ code, output, stdout });
    };
    child.once('error', (error) => {
      output += error.message;
      end(127);
    });
    child.once('close', (code) => end(code ?? 1));
  });
}

/** Ends running commands and prevents new ones. @param {NodeJS.Signals} signal */
function endRunning(signal = 'SIGTERM') {
  hasStopped = true;
  for (const child of running) child.kill(signal);
}

module.exports = { endRunning, run };
