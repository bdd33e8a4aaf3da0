/** Free text: in one line, as names of accounts and people are, or in several. */
import { composeText } from './compose-text';

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

/** Says what keeps a text from being shown in several lines. Undefined if nothing does, and for an empty text. */
export function faultOfText(text: string): string | undefined {
  const fault = faultOfLine(text.replaceAll(/[\t\r\n]/g, ' '));
  if (fault === undefined || text === '') return undefined;
  return VISIBLE.test(text) ? 'must have no control or text direction characters' : fault;
}

/** Space, and characters without width that other programs leave at the ends of what is copied. */
const EDGE = /[\s\u200b-\u200d\u2060\u00ad]/;

/** Composes letters (NFC) and trims. */
export function tidyText(text: string): string {
  const composed = composeText(text);
  let [start, end] = [0, composed.length];
  while (start < end && EDGE.test(composed.charAt(start))) start += 1;
  while (end > start && EDGE.test(composed.charAt(end - 1))) end -= 1;
  // A text of nothing but such characters stays, so that it is refused for what it is.
  return start === end ? composed.trim() : composed.slice(start, end);
}

/** Counts the characters of a text (Unicode code points), as JSON Schema does. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _character of text) count += 1;
  return count;
}

/** Returns true if half of a surrogate pair stands alone, which no encoding can carry. */
export function hasLoneSurrogate(text: string): boolean {
  return /\p{Cs}/u.test(text);
}

/** Puts a space in place of each character that one line can't have. */
export function toOneLine(text: string): string {
  return text.replaceAll(new RegExp(FORBIDDEN, 'gu'), ' ').replaceAll(/ {2,}/g, ' ').trim();
}
