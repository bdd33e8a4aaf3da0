/** Bundles the workflow code at build time: `node dist/workers/bundle.js`. */
import { writeFile } from 'node:fs/promises';
import { bundleWorkflowCode } from '@temporalio/worker';
import { BUNDLE_PATH } from './options';

async function main(): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('../workflows'),
    workflowInterceptorModules: [require.resolve('../workflows/interceptors')],
    payloadConverterPath: require.resolve('../workflows/payload-converter'),
    failureConverterPath: require.resolve('../workflows/failure-converter'),
    logger: {
      log() {},
      trace() {},
      debug() {},
      info() {},
      warn: console.warn,
      error: console.error,
    },
  });
  await writeFile(BUNDLE_PATH, code);
}

void main();
