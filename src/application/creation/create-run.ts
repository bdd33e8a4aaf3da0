import type { Ports } from '../ports';
import { requireCallable } from '../webhooks/require-callable';
import { launchRun, type CreatedRun, type CreationRequest, type LaunchPorts } from './launch-run';
import type { CreationBody } from './creation-body';
import { parseSetups } from './parse-setups';
import { requireDocuments } from './require-documents';
import { resolveCustomization } from './resolve-customization';
import { requireSkips, resolveRules } from './resolve-rules';
import { resolveSetups, type SetupPorts } from './resolve-setups';

type CreatePorts = LaunchPorts &
  SetupPorts &
  Pick<
    Ports,
    | 'guard'
    | 'templateBindings'
    | 'documentTemplates'
    | 'ruleSets'
    | 'knockoutRules'
    | 'customizations'
  >;

export interface Creation extends CreationRequest {
  given: CreationBody;
  /** The template that the creation is based on. */
  template_uuid?: string;
}

/**
 * Creates a run with the current state of the configuration that its setups, rules and customization refer to.
 * @throws DomainError `validation_failed`, `unknown_step`, `invalid_expression`, `already_created`.
 */
export async function createRun(ports: CreatePorts, creation: Creation): Promise<CreatedRun> {
  const { given: sent, template_uuid = null } = creation;
  const { account_uuid } = creation.caller.tenant;
  requireCallable(ports.guard, sent.callback_url);
  requireSkips(sent);
  const given = parseSetups(sent);
  await requireDocuments(ports, account_uuid, given);
  const resolved = await resolveSetups(ports, creation.caller.tenant, given);
  requireSkips(given, resolved);
  const rules = await resolveRules(ports, account_uuid, given, resolved);
  const customization = await resolveCustomization(ports, account_uuid, given);
  const origin = {
    resolved,
    rules,
    customization,
    template_uuid,
    restarted_from: null,
    kept: {},
    prefilled: {},
  };
  return launchRun(ports, creation, { given, origin });
}
