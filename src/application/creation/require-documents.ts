import { ownValue } from '../../domain/run/own-value';
import { invalidField } from '../domain-error';
import type { Ports } from '../ports';
import type { CreationBody } from './creation-body';

/** Checks the documents of a creation. @throws DomainError `validation_failed` for one that the account lacks. */
export async function requireDocuments(
  { templateBindings, documentTemplates }: Pick<Ports, 'templateBindings' | 'documentTemplates'>,
  accountUuid: string,
  { autofill }: Pick<CreationBody, 'autofill'>,
): Promise<void> {
  const known = { template_binding_uuid: templateBindings, document_uuid: documentTemplates };
  for (const [field, store] of Object.entries(known)) {
    const uuid = ownValue(autofill ?? {}, field);
    if (typeof uuid !== 'string') continue;
    if ((await store.find(accountUuid, uuid.toLowerCase())) !== null) continue;
    throw invalidField(`autofill.${field}`, 'names no document of the account');
  }
}
