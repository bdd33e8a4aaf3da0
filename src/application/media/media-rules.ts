import { ownValue } from '../../domain/run/own-value';
import type { StepView } from '../../domain/run/view';
import type { MediaRule } from '../../steps/schema-contract';
import type { SealedCreation } from '../../store/runs/sealed-content';
import { DomainError } from '../domain-error';
import { parse } from '../parse';
import { findStepSchema } from '../step-schema';

/** Returns the upload rules of a step by collection, as of its run's creation. */
export function resolveMediaRules(
  step: StepView,
  { setup }: SealedCreation,
): Record<string, MediaRule> {
  const schema = findStepSchema(step.key);
  if (schema?.media === undefined) return {};
  return schema.media(parse(schema.setup, ownValue(setup, step.custom_id ?? step.key) ?? {}));
}

/** Checks that no required collection is empty. @throws DomainError `submission_refused` with each empty one. */
export function requireMedia(step: StepView, rules: Record<string, MediaRule>): void {
  const filled = new Set(step.media?.map(({ collection }) => collection));
  const details = Object.entries(rules)
    .filter(([collection, { required }]) => required && !filled.has(collection))
    .map(([collection]) => ({ path: `media.${collection}`, message: 'is required' }));
  if (details.length === 0) return;
  const message = 'Upload the files of this step first.';
  throw new DomainError('submission_refused', message, { details });
}
