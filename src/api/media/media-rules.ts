import type { StepView } from '../../runs/view';
import type { MediaRule } from '../../steps/schema-contract';
import { stepSchema } from '../../steps/schemas';
import type { SealedCreation } from '../../store/sealed-content';
import { parse } from '../http/parse';
import { ApiError } from '../problems';
import { ownValue } from '../../runs/own-value';

/** What may be uploaded to a step, by collection: as its run was created with it. */
export function mediaRulesOf(step: StepView, { setup }: SealedCreation): Record<string, MediaRule> {
  const schema = stepSchema(step.key);
  if (schema?.media === undefined) return {};
  const given = parse<unknown>(schema.setup, ownValue(setup, step.custom_id ?? step.key) ?? {});
  return schema.media(given as never);
}

/** @throws ApiError `submission_refused` naming each collection that is required and empty. */
export function requireMedia(step: StepView, rules: Record<string, MediaRule>): void {
  const held = new Set(step.media?.map(({ collection }) => collection));
  const details = Object.entries(rules)
    .filter(([collection, { required }]) => required && !held.has(collection))
    .map(([collection]) => ({ path: `media.${collection}`, message: 'is required' }));
  if (details.length === 0) return;
  throw new ApiError('submission_refused', 'Upload the files of this step first.', details);
}
