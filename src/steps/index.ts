/** The step types by key, for the workflow. A new type is a line here and one in `schemas.ts`. */
import { acceptance } from './acceptance/step';
import type { StepType } from './contract';
import { personalAddress } from './personal-address/step';

export const stepTypes = {
  acceptance,
  personal_address: personalAddress,
} satisfies Record<string, StepType>;

export type StepKey = keyof typeof stepTypes;

/** The behaviour behind a key; undefined for a key that this build doesn't know. */
export function stepType(key: string): StepType | undefined {
  return Object.hasOwn(stepTypes, key) ? stepTypes[key as StepKey] : undefined;
}
