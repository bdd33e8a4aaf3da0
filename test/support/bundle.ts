import { bundleWorkflowCode, type WorkflowBundle } from '@temporalio/worker';

/** Bundles workflow code from the sources, as `npm run build` does; `workflowsPath` for a test's own workflows. */
export async function bundle(
  workflowsPath = require.resolve('../../src/workflows'),
): Promise<WorkflowBundle> {
  return bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [require.resolve('../../src/workflows/interceptors')],
    payloadConverterPath: require.resolve('../../src/workflows/payload-converter'),
    failureConverterPath: require.resolve('../../src/workflows/failure-converter'),
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: console.error },
  });
}
