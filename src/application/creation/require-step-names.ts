import { invalidField } from '../domain-error';
import { findStepSchema } from '../step-schema';
import type { CreationBody } from './creation-body';
import { knownStep } from './known-step';

/**
 * Checks the steps of a creation: each is known, and each name (its `custom_id`, else its key) is unique.
 * @throws DomainError `validation_failed` or `unknown_step`, with the path of the error.
 */
export function requireStepNames(steps: CreationBody['steps']): void {
  const names = new Set<string>();
  for (const [index, { step, custom_id }] of steps.entries()) {
    const { allow_multiple } = knownStep(step, index);
    if (custom_id !== null) requireCustomId(custom_id, allow_multiple, index);
    const name = custom_id ?? step;
    if (names.has(name)) throw invalidField(`steps.${index}`, duplicateFault(allow_multiple));
    names.add(name);
  }
}

function duplicateFault(allowMultiple: boolean): string {
  return allowMultiple
    ? 'is there already: give each of these steps a custom_id of its own'
    : 'is there already: a workflow has this step once';
}

function requireCustomId(customId: string, allowMultiple: boolean, index: number): void {
  const path = `steps.${index}.custom_id`;
  if (!allowMultiple) throw invalidField(path, 'is not for steps that a workflow has once');
  if (findStepSchema(customId) !== undefined) throw invalidField(path, 'is the key of a step');
}
