/** Identifiers (phones, emails, codes, official numbers) as people copy them from other programs. */

import { composeText } from './compose-text';

/** Characters without a shape of their own: format characters, and what Unicode lets readers ignore. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
/** Dashes, and the minus sign. */
const DASH = /[\p{Pd}\u2212]/gu;
const SPACE = /\p{Zs}/gu;

/** Composes letters (NFC), drops invisible characters, writes every dash as `-` and every space as a space, and trims. */
export function plainIdentifier(text: string): string {
  return composeText(text)
    .replaceAll(INVISIBLE, '')
    .replaceAll(DASH, '-')
    .replaceAll(SPACE, ' ')
    .trim();
}

/** Removes spaces and hyphens too, which people write to group characters. */
export function withoutGroups(text: string): string {
  return plainIdentifier(text).replaceAll(/[\s-]/g, '');
}
