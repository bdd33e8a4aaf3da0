/** Runs the bare workflow's worker in a separate process, like the product's. */
'use strict';

const { NativeConnection, Runtime, Worker } = require('@temporalio/worker');

async function main() {
  Runtime.install({ shutdownSignals: ['SIGTERM'] });
  const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS });
  const worker = await Worker.create({
    connection,
    taskQueue: 'bare',
    workflowsPath: require.resolve('./bare-workflow'),
    activities: { send: async () => ({ digest: 'right' }) },
    workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 5, maximum: 20 },
    activityTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 2, maximum: 20 },
  });
  const running = worker.run();
  process.send?.({ ready: true });
  await running;
  await connection.close();
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
