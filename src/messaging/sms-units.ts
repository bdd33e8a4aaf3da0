/** Computes the length of an SMS as networks do (3GPP TS 23.038; 3GPP TS 23.040 for the size of a message). */

/** The basic alphabet of GSM 03.38: one septet each. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡' +
    'ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Extension table of GSM 03.38: an escape and a character, two septets each. */
const EXTENDED = new Set('\f^{}\\[~]|€');

const SEPTETS_IN_ONE = 160;
const UNITS_IN_ONE = 70;

/**
 * Returns the number of GSM septets of a text. Null if a character is not in the alphabet: the text is then sent as
 * UCS-2.
 */
export function septetsOf(text: string): number | null {
  let septets = 0;
  for (const character of text) {
    if (BASIC.has(character)) septets += 1;
    else if (EXTENDED.has(character)) septets += 2;
    else return null;
  }
  return septets;
}

/** Returns true if the text fits one message: 160 septets of GSM, or 70 units of UCS-2. */
export function isOneSms(text: string): boolean {
  const septets = septetsOf(text);
  return septets === null ? text.length <= UNITS_IN_ONE : septets <= SEPTETS_IN_ONE;
}

/** Writes a text in the GSM alphabet: removes missing accents and signs. Null if a letter or digit is missing. */
export function inGsm(text: string): string | null {
  const written = Array.from(text.normalize('NFC'), inAlphabet);
  if (!written.every((part) => part !== null)) return null;
  return written.join('').replaceAll(/ {2,}/g, ' ').trim();
}

const ALIKE: ReadonlyMap<string, string> = new Map([
  ...['‘', '’', '‚', '`', '´'].map((quote) => [quote, "'"] as const),
  ...['“', '”', '„', '«', '»'].map((quote) => [quote, '"'] as const),
  ...['‐', '‑', '–', '—', '−', '·', '•'].map((dash) => [dash, '-'] as const),
]);

function inAlphabet(character: string): string | null {
  if (septetsOf(character) !== null) return character;
  const alike = ALIKE.get(character) ?? character.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  if (septetsOf(alike) !== null) return alike;
  return /[\p{L}\p{N}]/u.test(character) ? null : '';
}
