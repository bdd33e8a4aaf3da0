import type { ApiDependencies } from '../dependencies';
import { refused, type CreationBody } from './new-run';
import { ownValue } from '../../runs/own-value';

/** @throws ApiError `validation_failed` where a creation fills in a document that the account lacks. */
export async function requireDocuments(
  { templateBindings, documentTemplates }: ApiDependencies,
  accountUuid: string,
  { autofill }: Pick<CreationBody, 'autofill'>,
): Promise<void> {
  const known = { template_binding_uuid: templateBindings, document_uuid: documentTemplates };
  for (const [field, store] of Object.entries(known)) {
    const uuid = ownValue(autofill ?? {}, field);
    if (typeof uuid !== 'string') continue;
    if ((await store.find(accountUuid, uuid.toLowerCase())) !== null) continue;
    throw refused(`autofill.${field}`, 'names no document of the account');
  }
}
