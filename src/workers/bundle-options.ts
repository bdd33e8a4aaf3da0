/** Options for bundling workflow code, at build time and in tests. */
import type { BundleOptions, Logger } from '@temporalio/worker';

const WORKFLOWS = require.resolve('../workflows');
const INTERCEPTORS = require.resolve('../workflows/interceptors');
const PAYLOAD_CONVERTER = require.resolve('../workflows/converters/payload-converter');
const FAILURE_CONVERTER = require.resolve('../workflows/converters/failure-converter');

/**
 * Modules evaluated once per worker instead of once per run, which saves 60 KB for each cached run. Their modules must
 * have no mutable state, which house rule 11 forbids anyway. Modules that change globals come first.
 */
export const PRELOADED: readonly string[] = [
  require.resolve('../workflows/verification-run/quiet-promises'),
  WORKFLOWS,
  INTERCEPTORS,
  PAYLOAD_CONVERTER,
  FAILURE_CONVERTER,
];

/** `workflowsPath`: entry point of a test's own workflows. */
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
