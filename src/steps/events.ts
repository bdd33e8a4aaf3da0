/** The events of step types, for the fold of a run. A step type with events of its own is a line here. */
import type { StepEvents } from '../domain/run/step-events';
import { oneTimeCodeEvents } from './shared/one-time-code/events';

export const STEP_EVENTS: readonly StepEvents[] = [oneTimeCodeEvents];
