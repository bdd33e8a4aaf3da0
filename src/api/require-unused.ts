/** Refuses to archive configuration that is in use. */
import { templatesUsing, type ConfigurationField } from '../application/templates-using';
import type { ApiDependencies } from './dependencies';
import { ApiError } from './problems';

/** Templates that a refusal names. */
const MAX_NAMED = 10;

interface Usable {
  name: string;
  isInUse?(uuid: string, deps: ApiDependencies, accountUuid: string): Promise<boolean>;
  templateField?: ConfigurationField;
}

/** Returns true where an archiving can be refused with `in_use`. */
export function canBeInUse(resource: Usable): boolean {
  return 'isInUse' in resource || resource.templateField !== undefined;
}

/** @throws ApiError `in_use` where open runs or workflow templates use it; the templates are named. */
export async function requireUnused(
  resource: Usable,
  uuid: string,
  { deps, accountUuid }: { deps: ApiDependencies; accountUuid: string },
): Promise<void> {
  const { name, templateField: field } = resource;
  if (await resource.isInUse?.(uuid, deps, accountUuid)) {
    throw new ApiError('in_use', `Workflows that are open use this ${name}.`);
  }
  if (field === undefined) return;
  const templates = await templatesUsing(deps, accountUuid, { field, uuid });
  if (templates.length === 0) return;
  const names = templates.slice(0, MAX_NAMED).map((template) => `"${template.name}"`);
  const more = templates.length > names.length ? ' and others' : '';
  const message = `Workflow templates use this ${name}: ${names.join(', ')}${more}. Change or archive them first.`;
  const details = templates
    .slice(0, MAX_NAMED)
    .map((template, index) => ({ path: `workflow_templates.${index}`, message: template.uuid }));
  throw new ApiError('in_use', message, details);
}
