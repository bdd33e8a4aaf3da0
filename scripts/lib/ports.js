/** Finds free ports and waits for servers, on loopback only. */
'use strict';

const { randomInt } = require('node:crypto');
const net = require('node:net');
const { isListening } = require('./listeners');
const { sleep } = require('./processes');

const host = '127.0.0.1';
/**
 * Lowest port. Systems give outgoing connections ports from 32768 (Linux) or 49152 (macOS, Windows) on. A restarted
 * server finds a lower port free again.
 */
const lowestPort = 20_000;
const highestPort = 32_000;
const randomTries = 100;

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
    // A connection whose own port is the wanted one connects to itself, without a listener.
    socket.once('connect', () => done(socket.localPort !== port));
    socket.once('error', () => done(false));
  });
}

/** Tests both addresses, because some systems let loopback and 0.0.0.0 share a port. @param {number} port */
async function isFree(port) {
  return !(await canConnect(host, port)) && (await tryListen(port)) !== undefined;
}

/** @param {number} wanted 0 for any @param {number[]} [avoid] @returns {Promise<number>} the wanted port, else a free one */
async function freePort(wanted, avoid = []) {
  if (wanted && !avoid.includes(wanted) && (await isFree(wanted))) return wanted;
  for (let tries = 1; ; tries += 1) {
    const port =
      tries <= randomTries ? randomInt(lowestPort, highestPort) : ((await tryListen(0)) ?? 0);
    if (port && !avoid.includes(port) && (await isFree(port))) return port;
  }
}

/**
 * Waits until a server accepts connections.
 * @param {number} port
 * @param {{ timeoutMs?: number, giveUp?: () => boolean, pid?: number }} [options] `pid`: the process that must be
 * listening
 * @returns {Promise<boolean>} whether it did in time
 */
async function waitForPort(port, { timeoutMs = 60_000, giveUp = () => false, pid } = {}) {
  for (const until = Date.now() + timeoutMs; Date.now() < until; await sleep(50)) {
    if (giveUp()) return false;
    if (!(await canConnect(host, port))) continue;
    if (pid === undefined || isListening(pid, port)) return true;
  }
  return false;
}

module.exports = { freePort, host, isFree, waitForPort };
