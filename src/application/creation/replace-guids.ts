import type { Json } from '../../domain/run/events';

const GUID = '{{$guid}}';

type Fields = Record<string, Json>;

/** Replaces each `{{$guid}}` in all texts by a uuid. `uuidAt` receives the occurrence's number, from 0. */
export function replaceGuids(fields: Fields, uuidAt: (index: number) => string): Fields {
  let count = 0;
  const replaced = (part: Json): Json => {
    if (typeof part === 'string') return part.replaceAll(GUID, () => uuidAt(count++));
    if (Array.isArray(part)) return part.map(replaced);
    if (typeof part !== 'object' || part === null) return part;
    return replacedIn(part);
  };
  const replacedIn = (part: Fields): Fields =>
    Object.fromEntries(Object.entries(part).map(([name, each]) => [name, replaced(each)]));
  return replacedIn(fields);
}
