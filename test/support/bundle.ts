import { bundleWorkflowCode, type WorkflowBundle } from '@temporalio/worker';
import { bundleOptions } from '../../src/workers/bundle-options';

/** Bundles workflow code from the sources, as `npm run build` does; `workflowsPath` for a test's own workflows. */
export async function bundle(workflowsPath?: string): Promise<WorkflowBundle> {
  const silent = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: console.error };
  return bundleWorkflowCode(bundleOptions(silent, workflowsPath));
}
