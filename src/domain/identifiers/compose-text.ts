/** More combining marks in a row than any language writes (Unicode Standard Annex 15, stream-safe text). */
const MARKS = /\p{M}{31}/u;

/**
 * Composes letters (NFC), so that one text in two forms is one text. A text with more than 30 combining marks in a row
 * is returned as it is: to order them takes quadratic time.
 */
export function composeText(text: string): string {
  return MARKS.test(text) ? text : text.normalize('NFC');
}
