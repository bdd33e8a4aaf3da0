/** Refuses to archive configuration that is in use. */
import { templatesUsing, type ConfigurationField } from '../application/templates-using';
import type { ApiDependencies } from './dependencies';
import { ApiError } from './problems';

/** Items that a refusal names. */
const MAX_NAMED = 10;

/** Other configuration of the account that names an item. */
export interface Users {
  /** For the message, in the plural. */
  what: string;
  /** Place in the details of the refusal. */
  path: string;
  list(deps: ApiDependencies, accountUuid: string, uuid: string): Promise<NamedItem[]>;
}

type NamedItem = { uuid: string; name: string };

interface Usable {
  name: string;
  isInUse?(uuid: string, deps: ApiDependencies, accountUuid: string): Promise<boolean>;
  requireNoDefault?(uuid: string, deps: ApiDependencies, accountUuid: string): Promise<void>;
  templateField?: ConfigurationField;
  users?: Users;
}

/** Returns true where an archiving can be refused with `in_use`. */
export function canBeInUse(resource: Usable): boolean {
  const { templateField, users } = resource;
  return 'isInUse' in resource || templateField !== undefined || users !== undefined;
}

/** @throws ApiError `in_use` where the account, open runs or other configuration use it; configuration is named. */
export async function requireUnused(
  resource: Usable,
  uuid: string,
  { deps, accountUuid }: { deps: ApiDependencies; accountUuid: string },
): Promise<void> {
  const { name, templateField, users } = resource;
  if (await resource.isInUse?.(uuid, deps, accountUuid)) {
    throw new ApiError('in_use', `Workflows that are open use this ${name}.`);
  }
  await resource.requireNoDefault?.(uuid, deps, accountUuid);
  for (const each of [...templates(templateField), ...(users === undefined ? [] : [users])]) {
    refuse(name, each, await each.list(deps, accountUuid, uuid));
  }
}

function templates(field: ConfigurationField | undefined): Users[] {
  if (field === undefined) return [];
  const list: Users['list'] = (deps, accountUuid, uuid) =>
    templatesUsing(deps, accountUuid, { field, uuid });
  return [{ what: 'Workflow templates', path: 'workflow_templates', list }];
}

function refuse(name: string, { what, path }: Users, found: readonly NamedItem[]): void {
  if (found.length === 0) return;
  const named = found.slice(0, MAX_NAMED);
  const names = named.map((each) => `"${each.name}"`).join(', ');
  const more = found.length > named.length ? ' and others' : '';
  const message = `${what} use this ${name}: ${names}${more}. Change or archive them first.`;
  const details = named.map(({ uuid }, index) => ({ path: `${path}.${index}`, message: uuid }));
  throw new ApiError('in_use', message, details);
}
