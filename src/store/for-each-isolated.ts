/**
 * Processes items one after another. A failed one does not stop the others.
 * @throws Error at the end if some failed, with the message that `describe` returns for their number, caused by the first
 * error.
 */
export async function forEachIsolated<Item>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<void>,
  describe: (faults: number) => string,
): Promise<void> {
  const faults: unknown[] = [];
  for await (const item of items) {
    try {
      await work(item);
    } catch (error) {
      faults.push(error);
    }
  }
  if (faults.length > 0) throw new Error(describe(faults.length), { cause: faults[0] });
}
