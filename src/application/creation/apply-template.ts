import { derivedUuid } from '../../platform/crypto/derived-uuid';
import type { Json } from '../../domain/run/events';
import type { WorkflowTemplateFields } from '../../store/configuration/flow-configuration';
import { mergeDeeply } from './merge-deeply';
import { replaceGuids } from './replace-guids';
import { isFields } from '../../domain/run/is-fields';

/**
 * Merges overwrites into a template. Returns the resulting creation, not parsed yet. `uuid`: of the new run; the values
 * of `{{$guid}}` are derived from it, so that a repetition gets the same ones.
 */
export function applyTemplate(
  template: WorkflowTemplateFields,
  overwrites: Record<string, Json>,
  uuid: string,
): Record<string, Json> {
  return replaceGuids(merged(template, overwrites), (index) => derivedUuid(uuid, `guid/${index}`));
}

function merged(
  { steps, config, steps_setup }: WorkflowTemplateFields,
  overwrites: Record<string, Json>,
): Record<string, Json> {
  const { config: overConfig = {}, setup = {}, steps_setup: overSetup = {}, ...rest } = overwrites;
  const flat = mergeDeeply({ ...config, steps }, rest);
  return {
    ...(isFields(overConfig) ? mergeDeeply(flat, overConfig) : { ...flat, config: overConfig }),
    setup: [overSetup, setup].reduce<Json>(
      (under, over) => (isFields(under) && isFields(over) ? mergeDeeply(under, over) : over),
      steps_setup,
    ),
  };
}
