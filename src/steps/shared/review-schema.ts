/** What the schemas of all steps have in common that people check: an engine, and what is uploaded to them. */
import { z, type ZodRawShape, type ZodType } from 'zod';
import type { Json } from '../../domain/run/events';
import { describeEngine } from './fields';
import {
  defineStepSchema,
  type AnyStepSchema,
  type MediaRule,
  type MediaType,
  type SubmissionInput,
} from '../schema-contract';

type Given<Shape extends ZodRawShape> = z.output<z.ZodObject<Shape>>;

interface ReviewStep<Shape extends ZodRawShape, Data> {
  title: string;
  description: string;
  /** Those that hold; the others don't. */
  traits?: readonly ('setup_required' | 'requires_people' | 'allow_multiple' | 'geolocation')[];
  /** Fields of the setup besides `engine`. */
  setup?: Shape;
  /** What is told besides what is uploaded; absent: nothing. */
  data?: ZodType<Data>;
  /** The collection that shows the face by which its person is known from then on. */
  enrols_face?: string;
  resolve?: AnyStepSchema['resolve'];
  dataFor?: (resolved: Json) => ZodType<Data>;
  /** What may be uploaded, by collection. */
  media: (setup: Given<Shape>) => Record<string, MediaRule>;
  /** What of the setup the page may see. Absent: nothing. */
  present?(setup: Given<Shape>): Record<string, Json>;
  /** What the step shows of the data. Absent: the data. */
  payload?(data: Data, reception: SubmissionInput<Given<Shape>>): Json;
}

/** A step whose person tells and uploads something once, and that a reviewer then approves or rejects. */
export function defineReviewSchema<Shape extends ZodRawShape, Data = Record<string, never>>(
  step: ReviewStep<Shape, Data>,
): AnyStepSchema {
  const holds = (trait: NonNullable<typeof step.traits>[number]) =>
    step.traits?.includes(trait) ?? false;
  const { title, description, media, resolve, dataFor, enrols_face } = step;
  return defineStepSchema<Given<Shape>, Data>({
    ...{ title, description, media },
    ...{ setup_required: holds('setup_required'), requires_people: holds('requires_people') },
    ...{ allow_multiple: holds('allow_multiple'), geolocation: holds('geolocation') },
    ...(resolve && { resolve }),
    ...(enrols_face !== undefined && { enrols_face }),
    ...(dataFor && { dataFor }),
    needs_person: true,
    setup: z.object({ ...step.setup, engine: describeEngine('review') }) as unknown as ZodType<
      Given<Shape>
    >,
    data: step.data ?? (z.strictObject({}) as unknown as ZodType<Data>),
    present: (setup) => step.present?.(setup) ?? {},
    settings: () => null,
    receive: (data, reception) => ({
      payload: step.payload?.(data, reception) ?? (data as Json),
      facts: null,
    }),
  });
}

export const PHOTO: readonly MediaType[] = ['image/jpeg', 'image/png', 'image/webp'];
export const SCAN: readonly MediaType[] = [...PHOTO, 'application/pdf'];
export const VIDEO: readonly MediaType[] = ['video/mp4', 'video/webm'];

/** A collection that must hold a file before the step can be submitted. */
export function required(types: readonly MediaType[], max_files = 1): MediaRule {
  return { types, required: true, max_files };
}

/** A collection that may stay empty. */
export function optional(types: readonly MediaType[], max_files = 1): MediaRule {
  return { types, required: false, max_files };
}
