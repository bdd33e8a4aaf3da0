import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

/** Installs Temporal's runtime with errors only. Call before the first worker or native connection of a test file. */
export function quietRuntime(): void {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: {
      logging: {
        filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }),
        forward: {},
      },
    },
  });
}
