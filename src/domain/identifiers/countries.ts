/** Countries (ISO 3166-1 alpha-2) and their postal codes. */

const COUNTRIES: ReadonlySet<string> = new Set(
  (
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS ' +
    'BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE ' +
    'EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM ' +
    'HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC ' +
    'LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA ' +
    'NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW ' +
    'SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO ' +
    'TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW'
  ).split(' '),
);

/** Countries without postal codes, or where few people know theirs (UPU, Postal addressing systems). */
const WITHOUT_POSTAL_CODES: ReadonlySet<string> = new Set(
  (
    'AE AG AO AW BF BI BJ BO BS BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GN GQ GY HK HN JM ' +
    'KI KM KN KP LC LY ML MO MR MW NA NR NU PA QA RW SB SC SL SR ST SX SY TD TG TK TL TO TT TV UG VC ' +
    'VU WS YE ZW'
  ).split(' '),
);

/** Postal codes of the countries that the service is used in most. */
const POSTAL_CODES: ReadonlyMap<string, RegExp> = new Map([
  ['AR', /^([A-HJ-NP-Z]\d{4}[A-Z]{3}|\d{4})$/],
  ['BR', /^\d{5}-?\d{3}$/],
  ['CL', /^\d{7}$/],
  ['CO', /^\d{6}$/],
  ['ES', /^(0[1-9]|[1-4]\d|5[0-2])\d{3}$/],
  ['MX', /^(0[1-9]|[1-9]\d)\d{3}$/],
  ['PE', /^\d{5}$/],
  ['US', /^\d{5}(-\d{4})?$/],
]);
/** Elsewhere: 2 to 10 letters, digits, spaces or hyphens. */
const ANY_POSTAL_CODE = /^[A-Z0-9][A-Z0-9 -]{0,8}[A-Z0-9]$/;

/** Returns true for a country's code in capitals. */
export function isCountry(code: string): boolean {
  return COUNTRIES.has(code);
}

/** Returns true if every address of a country has a postal code. */
export function hasPostalCodes(country: string): boolean {
  return !WITHOUT_POSTAL_CODES.has(country);
}

/** Returns true for a postal code (in capitals) that a country can have. */
export function isPostalCode(country: string, code: string): boolean {
  return (POSTAL_CODES.get(country) ?? ANY_POSTAL_CODE).test(code);
}
