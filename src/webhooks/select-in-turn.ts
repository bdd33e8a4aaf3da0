/** Selects up to `limit` items, one of each account in turn, so that no account's items delay those of others. */
export function selectInTurn<Item extends { account_uuid: string }>(
  items: readonly Item[],
  limit: number,
): Item[] {
  const accounts = new Map<string, Item[]>();
  for (const item of items) {
    const own = accounts.get(item.account_uuid);
    if (own === undefined) accounts.set(item.account_uuid, [item]);
    else own.push(item);
  }
  const selected: Item[] = [];
  for (let turn = 0; selected.length < Math.min(limit, items.length); turn += 1) {
    for (const own of accounts.values()) selected.push(...own.slice(turn, turn + 1));
  }
  return selected.slice(0, limit);
}
