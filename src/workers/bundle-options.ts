/** How workflow code is bundled, at build time and in tests alike. */
import type { BundleOptions, Logger } from '@temporalio/worker';

const WORKFLOWS = require.resolve('../workflows');
const INTERCEPTORS = require.resolve('../workflows/interceptors');
const PAYLOAD_CONVERTER = require.resolve('../workflows/converters/payload-converter');
const FAILURE_CONVERTER = require.resolve('../workflows/converters/failure-converter');

/**
 * Evaluated once a worker instead of once a run, which saves each cached run 60 KB. So no module of these may keep a
 * state of its own, which house rule 11 forbids anyway. What changes globals comes first.
 */
export const PRELOADED: readonly string[] = [
  require.resolve('../workflows/verification-run/quiet-promises'),
  WORKFLOWS,
  INTERCEPTORS,
  PAYLOAD_CONVERTER,
  FAILURE_CONVERTER,
];

/** `workflowsPath`: for a test's own workflows. */
export function bundleOptions(logger: Logger, workflowsPath = WORKFLOWS): BundleOptions {
  return {
    workflowsPath,
    workflowInterceptorModules: [INTERCEPTORS],
    payloadConverterPath: PAYLOAD_CONVERTER,
    failureConverterPath: FAILURE_CONVERTER,
    preloadModules: [...PRELOADED],
    logger,
  };
}
