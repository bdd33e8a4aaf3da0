/**
 * Does something with each, one after the other: one that fails holds up none of the others.
 * @throws Error at the end, where some failed: what `told` says of so many, caused by the first.
 */
export async function forEachIsolated<Item>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<void>,
  told: (faults: number) => string,
): Promise<void> {
  const faults: unknown[] = [];
  for await (const item of items) {
    try {
      await work(item);
    } catch (error) {
      faults.push(error);
    }
  }
  if (faults.length > 0) throw new Error(told(faults.length), { cause: faults[0] });
}
