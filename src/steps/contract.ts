/** What a step type is to the run that executes it. Types only: the behaviour lies in each type's `step.ts`. */
import type { Json } from '../runs/events';
import type { StepOutcome, WaitingFor } from '../runs/outcome';

/** A submission handed to a step. Its content is sealed elsewhere; `facts` is what the step may decide by. */
export interface Submission<Facts extends Json> {
  id: string;
  facts: Facts;
  /** Takes it: its content becomes the step's payload. Once per submission. */
  accept(): void;
  /** Turns it down with a code of the API and details for its caller; the step goes on waiting. */
  refuse(code: string, message: string, details?: Json): void;
}

/**
 * What a step is given. It has no clock, no chance, no Temporal and no view of other steps: a step that is executed
 * again after the run was continued as new begins anew, so what it must remember stands in its events.
 */
export interface StepContext<Settings extends Json, Facts extends Json> {
  settings: Settings;
  /** Waits for the person's (or, by key, the integrator's) next submission to this step. */
  submission(): Promise<Submission<Facts>>;
}

/** A step type's behaviour. Traits are read by the engine, which never knows a type by its name. */
export interface StepType<Settings extends Json = Json, Facts extends Json = Json> {
  /** Whom the step waits for when it starts. */
  waitsFor: WaitingFor;
  /** Carries the step to its end. Cancelled from outside when the run ends: needs no care here. */
  run(context: StepContext<Settings, Facts>): Promise<StepOutcome>;
}
