/** Shared parts of the schemas of steps with a reviewer: the engine and the uploads. */
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
  /** Traits that apply; the others don't. */
  traits?: readonly ('setup_required' | 'requires_people' | 'allow_multiple' | 'geolocation')[];
  /** Fields of the setup besides `engine`. */
  setup?: Shape;
  /** Schema of the data beside the uploads. Absent: none. */
  data?: ZodType<Data>;
  /** Collection with the face to enrol for the person. */
  enrols_face?: string;
  resolve?: AnyStepSchema['resolve'];
  dataFor?: (resolved: Json) => ZodType<Data>;
  /** Upload rules by collection. */
  media: (setup: Given<Shape>) => Record<string, MediaRule>;
  /** Returns the part of the setup that the page may read. Absent: none. */
  present?(setup: Given<Shape>): Record<string, Json>;
  /** Returns the payload. Absent: the data. */
  payload?(data: Data, reception: SubmissionInput<Given<Shape>>): Json;
}

/** Defines a step whose person submits data and uploads once, for a reviewer to approve or reject. */
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

/** Defines a collection that must have a file before the step can be submitted. */
export function required(types: readonly MediaType[], max_files = 1): MediaRule {
  return { types, required: true, max_files };
}

/** Defines a collection that may stay empty. */
export function optional(types: readonly MediaType[], max_files = 1): MediaRule {
  return { types, required: false, max_files };
}
