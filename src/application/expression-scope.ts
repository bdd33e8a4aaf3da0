/** Determines which names an expression may use, before there is a run. */
import { unionKind, type ValueKind, type Scope } from '../domain/expressions/kinds';
import type { Json } from '../domain/run/events';
import { payloadKind } from '../steps/payload-kinds';

/** A step of a creation. */
export interface NamedStep {
  /** Custom id of the step, or its key. */
  name: string;
  key: string;
  /** Configuration that its setup refers to; undefined if not known yet. */
  resolved: Json | undefined;
}

const STATUS: ValueKind = {
  kind: 'text',
  values: ['success', 'failed', 'rejected', 'skipped', 'cancelled'],
};

/** Returns the scope of the skip expression of the step at `index`: the steps before it. */
export function skipScope(steps: readonly NamedStep[], index: number): Scope {
  const before = steps.slice(0, index);
  const known = new Map(before.map((step) => [step.name, stepKind(step)] as const));
  const all: ValueKind = { kind: 'object', fields: known };
  const isLater = (name: string) => steps.slice(index).some((step) => step.name === name);
  return (name) => {
    const step = known.get(name) ?? (name === 'steps' ? all : undefined);
    if (step !== undefined) return step;
    const names = before.map((each) => each.name).join(', ') || 'none';
    const what = isLater(name) ? 'is no step before this one' : 'is no step of this workflow';
    return { fault: `${what}; before it there is: ${names}` };
  };
}

/** Returns the scope of a rule after the step at `index`: fields of it and of earlier steps, then these steps. */
export function ruleScope(steps: readonly NamedStep[], index: number): Scope {
  const finished = steps.slice(0, index + 1).map(({ key, resolved }) => payloadKind(key, resolved));
  const stepsTo = skipScope(steps, index + 1);
  return (name) => {
    const fields = finished.flatMap(({ fields: of }) => of.get(name) ?? []);
    const [first, ...others] = fields;
    const isOpen = finished.some((each) => each.isOpen);
    const step = stepsTo(name);
    if (first !== undefined) {
      return isOpen || !('fault' in step) ? { kind: 'any' } : others.reduce(unionKind, first);
    }
    if (!('fault' in step)) return step;
    if (isOpen && !steps.some((each) => each.name === name)) return { kind: 'any' };
    return { fault: `is no field of this step or one before it, and ${step.fault}` };
  };
}

/** Returns the scope of a rule of which only the step is known: a name may also belong to any step before it. */
export function ruleScopeAlone(key: string): Scope {
  const { fields, isOpen } = payloadKind(key, undefined);
  return (name) => (isOpen === true ? undefined : fields.get(name)) ?? { kind: 'any' };
}

/** Returns the kind of a step's variable: status, payload, and the payload's fields. */
function stepKind({ key, resolved }: NamedStep): ValueKind {
  const payload = payloadKind(key, resolved);
  return {
    ...payload,
    fields: new Map([...payload.fields, ['status', STATUS], ['payload', payload]]),
  };
}
