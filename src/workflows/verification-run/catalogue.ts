/** Step types that a run can execute, with the modules of their events. Tests add their own. */
import { ownValue } from '../../domain/run/own-value';
import type { StepEvents } from '../../domain/run/step-events';
import type { StepType } from '../../steps/contract';
import { STEP_EVENTS } from '../../steps/events';
import { stepTypes } from '../../steps/index';

export interface Catalogue {
  types: Readonly<Record<string, StepType>>;
  events: readonly StepEvents[];
}

export const CATALOGUE: Catalogue = { types: stepTypes, events: STEP_EVENTS };

/** Returns the step type of a key; undefined if this build has no such type. */
export function stepTypeOf({ types }: Catalogue, key: string): StepType | undefined {
  return ownValue(types, key);
}

/** Returns the names of all staff actions of step types, each once. */
export function stepActionsOf({ types }: Catalogue): string[] {
  return [...new Set(Object.values(types).flatMap(({ actions = {} }) => Object.keys(actions)))];
}
