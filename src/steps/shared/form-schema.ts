/** Shared parts of the schemas of forms. */
import { z, type ZodRawShape, type ZodType } from 'zod';
import type { Json } from '../../domain/run/events';
import { defineStepSchema, type AnyStepSchema } from '../schema-contract';

interface FormStep<Data> {
  title: string;
  description: string;
  /** Optional fields of the setup. Absent: none. */
  setup?: ZodRawShape;
  data: ZodType<Data>;
  /** Returns the step's payload. `at`: milliseconds since the epoch, by the run's clock. Absent: the data unchanged. */
  payload?(data: Data, at: number): Json;
}

/** Defines a step that ends when its person has filled in a form, and that needs no setup. */
export function defineFormSchema<Data>(step: FormStep<Data>): AnyStepSchema {
  const { title, description, data } = step;
  return defineStepSchema({
    ...{ title, description, data },
    setup_required: false,
    requires_people: false,
    allow_multiple: false,
    geolocation: false,
    needs_person: true,
    is_form: true,
    setup: z.object({ ...step.setup }),
    present: () => ({}),
    settings: () => null,
    receive: (given, { at }) => ({
      payload: step.payload?.(given, at) ?? (given as Json),
      facts: null,
    }),
  });
}
