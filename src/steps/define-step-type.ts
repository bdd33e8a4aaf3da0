import type { EventTypes, StepType } from './contract';

/**
 * Erases the types of a step type's settings, facts and events, so that all step types fit one list. The cast is safe
 * because a run passes a step only the settings and facts that the schema of the same key produced, and the engine
 * forwards events without reading them.
 */
export function defineStepType<Settings, Facts, Events extends EventTypes>(
  type: StepType<Settings, Facts, Events>,
): StepType {
  return type as unknown as StepType;
}
