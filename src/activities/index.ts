/** Activities by name, as the worker registers them and the workflow calls them. */
import { stepActivities, type StepDependencies } from '../steps/activities';
import { evaluateRules, evaluateSkip } from './evaluate-rules';
import { projectRun } from './project-run';
import type { StuckRunStore } from '../store/runs/stuck-runs';

export type ActivityDependencies = StepDependencies & { stuckRuns: StuckRunStore };

/** Creates the activities of the run itself and of the step types. Called once per worker. */
export function createActivities(dependencies: ActivityDependencies) {
  return {
    projectRun: projectRun(dependencies),
    evaluateSkip: evaluateSkip(dependencies.runReader),
    evaluateRules: evaluateRules(dependencies.runReader),
    ...stepActivities(dependencies),
  };
}

export type Activities = ReturnType<typeof createActivities>;
