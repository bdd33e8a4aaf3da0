/** The sum of the places that the characters of a text have in an alphabet, each times its weight. */
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
