/** Everything that a run does in the world. Made once per worker from its dependencies. */
import type { RunStore } from '../store/runs';
import { projectRun } from './project-run';

export interface ActivityDependencies {
  runs: RunStore;
}

/** The activities by name, as the worker registers them and the workflow calls them. */
export function createActivities(dependencies: ActivityDependencies) {
  return { projectRun: projectRun(dependencies) };
}

export type Activities = ReturnType<typeof createActivities>;
