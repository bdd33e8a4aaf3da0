/** Worker options; docs/decisions/0003 has the measurements behind them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import { createActivities, type ActivityDependencies } from '../activities';
import type { Config } from '../platform/config';
import type { TemporalConfig } from '../platform/temporal/connection';
import { createDataConverter } from '../platform/temporal/data-converter';
import { PRELOADED } from './bundle-options';

/** Bundle made by `npm run build`; a worker starts in 0.43 of the time with it. */
export const BUNDLE_PATH = join(__dirname, '..', 'workflow-bundle.js');

export type WorkerConfig = TemporalConfig &
  Pick<Config, 'WORKER_BUILD_ID' | 'WORKER_MAX_CACHED_RUNS'>;

/** Options for `Worker.create`. */
export function workerOptions(
  config: WorkerConfig,
  connection: NativeConnection,
  dependencies: ActivityDependencies,
): WorkerOptions {
  return {
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    activities: createActivities(dependencies),
    dataConverter: createDataConverter(config.ENCRYPTION_KEYS),
    ...workflowSource(),
    // Runs of a dead worker resume after this time; the person would notice the default of 10 s.
    stickyQueueScheduleToStartTimeout: '1s',
    shutdownGraceTime: '8s',
    workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 5, maximum: 20 },
    activityTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 2, maximum: 20 },
    maxCachedWorkflows: config.WORKER_MAX_CACHED_RUNS,
    ...deployment(config.WORKER_BUILD_ID),
  };
}

/** Returns the bundle of the build if there is one, else the sources. */
function workflowSource(): Pick<
  WorkerOptions,
  'workflowBundle' | 'workflowsPath' | 'interceptors' | 'bundlerOptions'
> {
  if (existsSync(BUNDLE_PATH)) return { workflowBundle: { codePath: BUNDLE_PATH } };
  return {
    workflowsPath: require.resolve('../workflows'),
    interceptors: { workflowModules: [require.resolve('../workflows/interceptors')] },
    bundlerOptions: { preloadModules: [...PRELOADED] },
  };
}

function deployment(buildId: string | undefined): Partial<WorkerOptions> {
  if (buildId === undefined) return {};
  return {
    workerDeploymentOptions: {
      useWorkerVersioning: true,
      version: { deploymentName: 'cerciora', buildId },
      // Open runs move to the newest worker; their behaviour changes by `patched` only (docs/decisions/0004).
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    },
  };
}
