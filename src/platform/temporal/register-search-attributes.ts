import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { searchAttributes } from '../../workflows/messages/search-attributes';

const KEYWORD = temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
const NAMES = Object.values(searchAttributes).map((key) => key.name);

/** Registers the search attributes of runs that the namespace lacks. */
export async function registerSearchAttributes(client: Client): Promise<void> {
  const { namespace } = client.options;
  const { customAttributes } = await client.connection.operatorService.listSearchAttributes({
    namespace,
  });
  const missing = NAMES.filter((name) => !Object.hasOwn(customAttributes, name));
  if (missing.length > 0) await addSearchAttributes(client, missing);
}

/** Registers search attributes by name, without listing existing ones (the time-skipping server can't). */
export async function addSearchAttributes(client: Client, names = NAMES): Promise<void> {
  await client.connection.operatorService.addSearchAttributes({
    namespace: client.options.namespace,
    searchAttributes: Object.fromEntries(names.map((name) => [name, KEYWORD])),
  });
}
