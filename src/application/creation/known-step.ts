import type { StepSchema } from '../../steps/schema-contract';
import { stepSchemas } from '../../steps/schemas';
import { invalidField, validationFailed } from '../domain-error';
import { findStepSchema } from '../step-schema';

/** Returns the schema of a step type. @throws DomainError `unknown_step`. */
export function knownStep(step: string, index: number): StepSchema {
  const schema = findStepSchema(step);
  if (schema !== undefined) return schema;
  const known = Object.keys(stepSchemas).join(', ');
  throw validationFailed(
    [{ path: `steps.${index}`, message: `is none of ${known}` }],
    'unknown_step',
  );
}

/** Checks the custom id of a step. @throws DomainError `validation_failed`. */
export function checkCustomId(customId: string | null, schema: StepSchema, index: number): void {
  if (customId === null) return;
  const path = `steps.${index}.custom_id`;
  if (!schema.allow_multiple) throw invalidField(path, 'is not for steps that a workflow has once');
  if (findStepSchema(customId) !== undefined) throw invalidField(path, 'is the key of a step');
}
