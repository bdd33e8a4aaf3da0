/** What the schemas of all steps that ask for data of their own kind have in common. */
import { z, type ZodRawShape, type ZodType } from 'zod';
import type { Json } from '../../domain/run/events';
import { defineStepSchema, type AnyStepSchema } from '../schema-contract';

interface FormStep<Data> {
  title: string;
  description: string;
  /** Fields of the setup, all of which may be left out. Absent: none. */
  setup?: ZodRawShape;
  data: ZodType<Data>;
  /** What the step shows; `at`: milliseconds since the epoch, in the run's clock. Absent: the data as they are. */
  payload?(data: Data, at: number): Json;
}

/** A step that its person finishes by filling in a form, and that needs no setup. */
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
