/** The activities of step types, for the worker. A step type with activities of its own is a line here. */
import {
  oneTimeCodeActivities,
  type OneTimeCodeDependencies,
} from './shared/one-time-code/activities';

export type StepDependencies = OneTimeCodeDependencies;

export function stepActivities(dependencies: StepDependencies) {
  return { ...oneTimeCodeActivities(dependencies) };
}
