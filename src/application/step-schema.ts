import type { StepSchema } from '../steps/schema-contract';
import { stepSchema } from '../steps/schemas';

/**
 * Returns the schema of a step type; undefined for an unknown key. The cast is safe because its functions only receive
 * values parsed by its own `setup` and `data` schemas.
 */
export function findStepSchema(key: string): StepSchema | undefined {
  return stepSchema(key) as StepSchema | undefined;
}
