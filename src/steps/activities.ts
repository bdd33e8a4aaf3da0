/** Activities of step types, for the worker. Add a line for each step type with activities of its own. */
import {
  oneTimeCodeActivities,
  type OneTimeCodeDependencies,
} from './shared/one-time-code/activities';

export type StepDependencies = OneTimeCodeDependencies;

export function stepActivities(dependencies: StepDependencies) {
  return { ...oneTimeCodeActivities(dependencies) };
}
