import type { StepSchema } from '../../steps/schema-contract';
import { stepSchemas } from '../../steps/schemas';
import { validationFailed } from '../domain-error';
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
