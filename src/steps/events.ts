/** Events of step types, for the fold of a run. Add a line for each step type with events of its own. */
import type { StepEvents } from '../domain/run/step-events';
import { oneTimeCodeEvents } from './shared/one-time-code/events';

export const STEP_EVENTS: readonly StepEvents[] = [oneTimeCodeEvents];
