/** Finds the workflow templates that name a piece of configuration: their next run would be refused without it. */
import type { Json } from '../domain/run/events';
import { ownValue } from '../domain/run/own-value';
import type { Configured } from '../store/configuration/configuration';
import type { WorkflowTemplateFields } from '../store/configuration/flow-configuration';
import type { Ports } from './ports';
import { isFields } from '../domain/run/is-fields';

/** Fields of a creation that name configuration, with their places in a template. */
const PLACES = {
  nip_uuid: inSetups('nip_uuid'),
  form_uuid: inSetups('form_uuid'),
  rule_set_uuid: ({ config }) => [ownValue(config, 'rule_set_uuid')],
  customization_uuid: ({ config }) => [fieldOf(ownValue(config, 'metadata'), 'customization_uuid')],
  template_binding_uuid: inAutofill('template_binding_uuid'),
  document_uuid: inAutofill('document_uuid'),
} satisfies Record<string, Place>;

export type ConfigurationField = keyof typeof PLACES;
type Place = (template: WorkflowTemplateFields) => (Json | undefined)[];

/** Lists the account's templates that name `uuid` in a field, newest first. */
export async function templatesUsing(
  { workflowTemplates }: Pick<Ports, 'workflowTemplates'>,
  accountUuid: string,
  { field, uuid }: { field: ConfigurationField; uuid: string },
): Promise<Configured<WorkflowTemplateFields>[]> {
  const place: Place = PLACES[field];
  return workflowTemplates.listWhere(accountUuid, (template) =>
    place(template).some((value) => typeof value === 'string' && value.toLowerCase() === uuid),
  );
}

function inSetups(field: string): Place {
  return ({ steps_setup }) => Object.values(steps_setup).map((setup) => fieldOf(setup, field));
}

function inAutofill(field: string): Place {
  return ({ config }) => [fieldOf(ownValue(config, 'autofill'), field)];
}

function fieldOf(value: Json | undefined, field: string): Json | undefined {
  return value !== undefined && isFields(value) ? ownValue(value, field) : undefined;
}
