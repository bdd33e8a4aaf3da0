/** Sums the index of each character in an alphabet, multiplied by its weight. */
export function weightedSum(
  text: string,
  alphabet: string,
  weightOf: (index: number) => number,
): number {
  return Array.from(text).reduce(
    (sum, character, index) => sum + alphabet.indexOf(character) * weightOf(index),
    0,
  );
}
