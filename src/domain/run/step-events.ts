/** Events that step types declare. A run folds them without knowing the step type. */
import type { DestinationHashes, NumberedEvent, StepEvent } from './events';
import type { StepView } from './run-view';

/** Events of a step type, or of several that share a module. Names are unique among all modules. */
export interface StepEvents {
  types: readonly string[];
  /** Types that are folded even if the step or run is over. */
  late: readonly string[];
  /** Returns the step's state after an event; undefined if the event doesn't concern such a step. */
  evolve(step: StepView, event: StepEvent): object | undefined;
  /** Returns when the step next acts by itself, in milliseconds since the epoch; null: never. */
  dueAt?(state: object): number | null;
  /** Returns keyed hashes by which the run can be found from this event on. */
  hashes?(event: StepEvent): DestinationHashes | undefined;
  /** Returns the event without personal data. */
  withoutPersonal?(event: StepEvent): StepEvent;
}

/** Finds the module that declares an event. @throws Error if none does: a bug, or a worker of an older build. */
export function eventsOf(event: StepEvent, modules: readonly StepEvents[]): StepEvents {
  const found = modules.find(({ types }) => types.includes(event.type));
  if (found === undefined) throw new Error(`no step type declares an event ${event.type}`);
  return found;
}

/** Returns true for events that are stored even if their step or run is over. */
export function isLate({ type }: NumberedEvent, modules: readonly StepEvents[]): boolean {
  return modules.some(({ late }) => late.includes(type));
}

/** Returns true for an event that a step type declares. */
export function isStepEvent(
  event: NumberedEvent,
  modules: readonly StepEvents[],
): event is StepEvent {
  return modules.some(({ types }) => types.includes(event.type));
}
