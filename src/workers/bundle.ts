/** Bundles the workflow code at build time: `node dist/workers/bundle.js`. */
import { writeFile } from 'node:fs/promises';
import { bundleWorkflowCode } from '@temporalio/worker';
import { bundleOptions } from './bundle-options';
import { BUNDLE_PATH } from './options';

async function main(): Promise<void> {
  const { code } = await bundleWorkflowCode(
    bundleOptions({
      log() {},
      trace() {},
      debug() {},
      info() {},
      warn: console.warn,
      error: console.error,
    }),
  );
  await writeFile(BUNDLE_PATH, code);
}

void main();
