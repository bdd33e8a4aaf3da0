import type { StepSchema } from '../steps/schema-contract';
import { stepSchema } from '../steps/schemas';

/**
 * Returns the schema of a step type, undefined for an unknown key. Guarantee of the cast: its functions are called only
 * with what its own `setup` and `data` schemas parsed.
 */
export function findStepSchema(key: string): StepSchema | undefined {
  return stepSchema(key) as StepSchema | undefined;
}
