/** Prints the scripts' output: plain lines, coloured only on a terminal. */
'use strict';

const coloured =
  process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';

/** @param {number} code @returns {(text: string) => string} */
const paint = (code) => (text) => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);

const bold = paint(1);
const dim = paint(2);
const red = paint(31);
const green = paint(32);
const yellow = paint(33);
const cyan = paint(36);

/** @param {string} [text] */
function say(text = '') {
  process.stdout.write(`${text}\n`);
}

/** @param {string} text */
function warn(text) {
  process.stderr.write(`${yellow(text)}\n`);
}

/** An error that the user can fix: shown without a stack. */
class UserError extends Error {}

/** @param {unknown} error */
function fail(error) {
  const text =
    error instanceof UserError
      ? error.message
      : error instanceof Error
        ? error.stack
        : String(error);
  process.stderr.write(`${red(text ?? 'failed')}\n`);
}

module.exports = { bold, cyan, dim, fail, green, red, say, UserError, warn, yellow };
