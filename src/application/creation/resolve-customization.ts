import type { Json } from '../../domain/run/events';
import type { Customization } from '../../store/runs/sealed-content';
import { invalidField } from '../domain-error';
import type { Ports } from '../ports';
import type { CreationBody } from './creation-body';

const FIELD = 'customization_uuid';

/**
 * Returns the current state of the customization named in a creation's metadata; null if none is named.
 * @throws DomainError `validation_failed` if the account has no such customization.
 */
export async function resolveCustomization(
  { customizations }: Pick<Ports, 'customizations'>,
  accountUuid: string,
  { metadata = {} }: Pick<CreationBody, 'metadata'>,
): Promise<Customization | null> {
  const named: Json = Object.hasOwn(metadata, FIELD) ? (metadata[FIELD] ?? null) : null;
  if (named === null) return null;
  const found =
    typeof named === 'string' ? await customizations.find(accountUuid, named.toLowerCase()) : null;
  if (found === null)
    throw invalidField(`metadata.${FIELD}`, 'names no customization of the account');
  return { uuid: found.uuid, values: found.values };
}
