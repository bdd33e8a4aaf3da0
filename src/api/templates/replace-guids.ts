import type { Json } from '../../runs/events';

const GUID = '{{$guid}}';

/** Puts a uuid in place of each `{{$guid}}`, wherever in a text; `uuidAt` is given its number, from 0. */
export function replaceGuids(value: Json, uuidAt: (index: number) => string): Json {
  let count = 0;
  const replaced = (part: Json): Json => {
    if (typeof part === 'string') return part.replaceAll(GUID, () => uuidAt(count++));
    if (Array.isArray(part)) return part.map(replaced);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, replaced(each)]));
  };
  return replaced(value);
}
