/** Free ports and readiness, on loopback only. */
'use strict';

const net = require('node:net');
const { sleep } = require('./processes');

const host = '127.0.0.1';

/** @param {number} port 0 for any @returns {Promise<number | undefined>} the port, or nothing where it is taken */
function tryListen(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => {
      const { port: got } = /** @type {net.AddressInfo} */ (server.address());
      server.close(() => resolve(got));
    });
  });
}

/** @param {string} address @param {number} port @returns {Promise<boolean>} */
function canConnect(address, port) {
  return new Promise((resolve) => {
    const socket = net.connect({ host: address, port });
    const done = (/** @type {boolean} */ answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => done(false));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

/** Both ways, because some systems let loopback and 0.0.0.0 share a port. @param {number} port */
async function isFree(port) {
  return !(await canConnect(host, port)) && (await tryListen(port)) !== undefined;
}

/** @param {number} wanted @param {number[]} [avoid] @returns {Promise<number>} the wanted port, else a free one */
async function freePort(wanted, avoid = []) {
  if (wanted && !avoid.includes(wanted) && (await isFree(wanted))) return wanted;
  for (;;) {
    const port = await tryListen(0);
    if (port !== undefined && !avoid.includes(port)) return port;
  }
}

/**
 * Waits until something accepts connections there.
 * @param {number} port
 * @param {{ timeoutMs?: number, giveUp?: () => boolean }} [options]
 * @returns {Promise<boolean>} whether it did in time
 */
async function waitForPort(port, { timeoutMs = 60_000, giveUp = () => false } = {}) {
  for (const until = Date.now() + timeoutMs; Date.now() < until; await sleep(50)) {
    if (giveUp()) return false;
    if (await canConnect(host, port)) return true;
  }
  return false;
}

module.exports = { freePort, host, isFree, waitForPort };
