/** Forms of a restarted run: copied, or asked again with the values of the first run. */
import { ownValue } from '../../domain/run/own-value';
import type { Json } from '../../domain/run/events';
import type { StepView } from '../../domain/run/view';
import { listSubmissions } from '../../presentation/step-payload';
import type { DestinationField } from '../../steps/schema-contract';
import type { RunRecord } from '../../store/runs/runs';
import type { SealedCreation, SealedSubmission } from '../../store/runs/sealed-content';
import { findStepSchema } from '../step-schema';
import type { Origin } from './creation-body';
import { isFields } from '../../domain/run/is-fields';

type Given = Partial<Record<DestinationField, string | undefined>>;

/**
 * Returns the completed forms to copy, by step key or custom id, and the values that the other forms begin with. A form
 * with destinations is copied if the caller gives all of them; they replace the old ones. Otherwise it is asked again,
 * without the old ones. Forms with knockout rules are asked again.
 */
export function formsOf(
  run: RunRecord,
  key: Buffer,
  { creation, destinations }: { creation: SealedCreation; destinations: Given },
): Pick<Origin, 'kept' | 'prefilled'> {
  const kept: [string, SealedSubmission][] = [];
  const prefilled: [string, Record<string, Json>][] = [];
  for (const step of run.view.steps.filter(isFilledForm)) {
    const [last] = listSubmissions(run, step, key).slice(-1);
    if (last === undefined) continue;
    const name = step.custom_id ?? step.key;
    const fields = suppliedBy(step, ownValue(creation.resolved ?? {}, name, null));
    const isKnown = fields.every((field) => destinations[field] !== undefined);
    const replaced = (values: Json) => withDestinations(values, fields, destinations);
    if (isKnown && step.is_judged !== true) {
      kept.push([name, { ...last, data: replaced(last.data), payload: replaced(last.payload) }]);
    } else {
      const values = replaced(last.data ?? last.payload);
      if (isFields(values)) prefilled.push([name, values]);
    }
  }
  return { kept: Object.fromEntries(kept), prefilled: Object.fromEntries(prefilled) };
}

function isFilledForm({ key, status }: StepView): boolean {
  return findStepSchema(key)?.is_form === true && status === 'success';
}

function suppliedBy({ key }: StepView, resolved: Json): DestinationField[] {
  return findStepSchema(key)?.supplies?.(resolved) ?? [];
}

/** Replaces the destinations among the values of a form; removes those that aren't given. */
function withDestinations(values: Json, fields: readonly DestinationField[], given: Given): Json {
  if (!isFields(values)) return values;
  const others = Object.entries(values).filter(([name]) => !fields.some((field) => field === name));
  const known = fields.flatMap((field) => {
    const value = given[field];
    return value === undefined ? [] : [[field, value] as const];
  });
  return Object.fromEntries([...others, ...known]);
}
