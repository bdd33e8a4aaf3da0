/** Texts in one line, as names of accounts and people are. */

/** Control characters, lone surrogates, the line and paragraph separators, and what changes the direction of a text. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** Anything that is drawn: no space, no control or format character, nothing that Unicode lets readers ignore. */
const VISIBLE = /[^\p{Z}\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Says what keeps a text from being one line. Undefined if nothing does. */
export function faultOfLine(text: string): string | undefined {
  if (FORBIDDEN.test(text)) {
    return 'must be one line, without line breaks, control or text direction characters';
  }
  return VISIBLE.test(text) ? undefined : 'must have a visible character';
}

/** Puts a space in place of each character that one line can't have. */
export function toOneLine(text: string): string {
  return text.replaceAll(new RegExp(FORBIDDEN, 'gu'), ' ').replaceAll(/ {2,}/g, ' ').trim();
}
