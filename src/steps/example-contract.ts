import type { Json } from '../runs/events';

/** One valid setup and submission of a step type, submissions it must refuse, and what its payload holds at least. */
export interface StepExample {
  setup: Json;
  data: Json;
  refused: Json[];
  payload: Record<string, Json>;
}
