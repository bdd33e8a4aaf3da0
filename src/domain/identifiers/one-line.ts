/** Checks texts of one line, such as names of accounts and people. */

/** Control characters, lone surrogates, the line and paragraph separators, and what changes the direction of a text. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** Any visible character: no space, no control or format character, none that Unicode marks as ignorable. */
const VISIBLE = /[^\p{Z}\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Returns why a text is not one valid line; undefined if it is. */
export function faultOfLine(text: string): string | undefined {
  if (FORBIDDEN.test(text)) {
    return 'must be one line, without line breaks, control or text direction characters';
  }
  return VISIBLE.test(text) ? undefined : 'must have a visible character';
}

/** Replaces each character that is not allowed in one line by a space. */
export function toOneLine(text: string): string {
  return text.replaceAll(new RegExp(FORBIDDEN, 'gu'), ' ').replaceAll(/ {2,}/g, ' ').trim();
}
