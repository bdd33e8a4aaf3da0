/** Variables of expressions: the finished steps of a run. */
import type { Variables } from './evaluate-expression';

/** A finished step. */
export interface FinishedStep {
  /** Custom id of the step, or its key. */
  name: string;
  status: string;
  payload: Readonly<Record<string, unknown>> | null;
}

/**
 * Returns each step as a variable by its name, with `status`, `payload` and the payload's own fields. `steps` has all
 * of them, for custom ids that are not names (`steps['2-a']`).
 */
export function stepVariables(finished: readonly FinishedStep[]): Variables {
  const byName = new Map(finished.map((step) => [step.name, variableOf(step)]));
  return (name) => byName.get(name) ?? (name === 'steps' ? Object.fromEntries(byName) : undefined);
}

/**
 * Returns the variables of a knockout rule. A bare name is first a field: of the payload of the step that the rule
 * follows, then of earlier steps' payloads, latest first. `finished`: steps in their order, that step last.
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
