/** Creates runs in parallel until it is told to stop; ignores `Retry-After`, as the rudest client does. */
'use strict';

const { url, key, body, parallel } = JSON.parse(process.argv[2] ?? '{}');
const request = {
  method: 'POST',
  headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  body: JSON.stringify(body),
};
/** @type {Record<string, number>} */
const counts = {};
let isStopped = false;

async function flood() {
  while (!isStopped) {
    const response = await fetch(`${url}/v1/workflows`, request);
    await response.arrayBuffer();
    counts[response.status] = (counts[response.status] ?? 0) + 1;
  }
}

async function main() {
  const startedAt = performance.now();
  const flooding = Array.from({ length: parallel }, flood);
  process.send?.('started');
  await new Promise((resolve) => process.once('message', resolve));
  isStopped = true;
  await Promise.all(flooding);
  const seconds = (performance.now() - startedAt) / 1_000;
  const rates = Object.entries(counts).map(([status, count]) => [
    status,
    Number((count / seconds).toFixed(1)),
  ]);
  process.send?.(Object.fromEntries(rates));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
