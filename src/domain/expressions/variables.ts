/** What expressions can name: the finished steps of a run. */
import type { Variables } from './evaluate-expression';

/** A step that is over. */
export interface FinishedStep {
  /** Its custom id, or else its key. */
  name: string;
  status: string;
  payload: Readonly<Record<string, unknown>> | null;
}

/**
 * Each step as a variable by its name, with `status`, `payload` and the payload's own fields; `steps` holds all of them,
 * for custom ids that are no names (`steps['2-a']`).
 */
export function stepVariables(finished: readonly FinishedStep[]): Variables {
  const byName = new Map(finished.map((step) => [step.name, variableOf(step)]));
  return (name) => byName.get(name) ?? (name === 'steps' ? Object.fromEntries(byName) : undefined);
}

/**
 * The same for a knockout rule, where a bare name is a field first: of the payload of the step that it follows, then of
 * earlier steps' payloads, latest first. `finished`: in their order, that step last.
 */
export function ruleVariables(finished: readonly FinishedStep[]): Variables {
  const steps = stepVariables(finished);
  const latestFirst = [...finished].reverse();
  return (name) => {
    const owner = latestFirst.find(
      ({ payload }) => payload !== null && Object.hasOwn(payload, name),
    );
    return owner?.payload == null ? steps(name) : Reflect.get(owner.payload, name);
  };
}

function variableOf({ status, payload }: FinishedStep): object {
  return { ...payload, status, payload };
}
