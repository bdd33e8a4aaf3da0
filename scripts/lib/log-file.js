/**
 * Opens a log file for a child process, which writes to it directly: it neither waits for us nor fails if we are
 * killed. Errors are read from the file and shown on the terminal.
 */
'use strict';

const fs = require('node:fs');

const maxBytes = 20 * 1024 * 1024;
const maxLines = 20;

/** @param {string} file @returns {number} a descriptor to append to; a file grown large is set aside first */
function openLog(file) {
  if (fs.existsSync(file) && fs.statSync(file).size > maxBytes) fs.renameSync(file, `${file}.old`);
  return fs.openSync(file, 'a', 0o600);
}

/** @param {string} line @returns {string | undefined} what is worth showing: errors logged as JSON, and plain text */
function errorIn(line) {
  if (!line.startsWith('{')) return line.trim() ? line : undefined;
  if (!/"level":(50|60|"(error|fatal)")/.test(line)) return undefined;
  try {
    const { msg, message, err } = JSON.parse(line);
    return [msg ?? message, err?.message].filter(Boolean).join(': ') || line;
  } catch {
    return line;
  }
}

class ErrorTail {
  /** @param {string} file @param {(line: string) => void} show */
  constructor(file, show) {
    this.file = file;
    this.show = show;
    this.position = fs.existsSync(file) ? fs.statSync(file).size : 0;
    this.rest = '';
    this.shown = 0;
    this.windowStart = Date.now();
    this.timer = setInterval(() => this.read(), 300);
    this.timer.unref();
  }

  read() {
    const size = fs.existsSync(this.file) ? fs.statSync(this.file).size : 0;
    if (size < this.position) this.position = 0;
    if (size === this.position) return;
    const chunk = Buffer.alloc(Math.min(size - this.position, 1024 * 1024));
    const descriptor = fs.openSync(this.file, 'r');
    const length = fs.readSync(descriptor, chunk, 0, chunk.length, this.position);
    fs.closeSync(descriptor);
    this.position += length;
    const lines = (this.rest + chunk.toString('utf8', 0, length)).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.consider(line);
  }

  /** Shows at most this many lines in ten seconds; the rest is in the file. @param {string} line */
  consider(line) {
    const text = errorIn(line);
    if (text === undefined) return;
    if (Date.now() - this.windowStart > 10_000) {
      this.windowStart = Date.now();
      this.shown = 0;
    }
    this.shown += 1;
    if (this.shown < maxLines) this.show(text);
    if (this.shown === maxLines) this.show(`… more in ${this.file}`);
  }

  close() {
    clearInterval(this.timer);
    this.read();
  }
}

module.exports = { ErrorTail, openLog };
