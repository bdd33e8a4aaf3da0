/** The step types by key, for the API. Checked to hold the same keys as the workflow's list. */
import { acceptanceSchema } from './acceptance/schema';
import type { StepKey } from './index';
import { personalAddressSchema } from './personal-address/schema';
import type { AnyStepSchema } from './schema-contract';

export const stepSchemas: Record<StepKey, AnyStepSchema> = {
  acceptance: acceptanceSchema,
  personal_address: personalAddressSchema,
};

/** The catalogue's entry behind a key; undefined for an unknown one. */
export function stepSchema(key: string): AnyStepSchema | undefined {
  return Object.hasOwn(stepSchemas, key) ? stepSchemas[key as StepKey] : undefined;
}
