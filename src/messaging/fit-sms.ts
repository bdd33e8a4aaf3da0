/** Chooses the parts of an SMS with a code so that it fits one message. */
import { inGsm, isOneSms } from './sms-units';

export interface SmsParts {
  /** Name of the account, possibly shortened. */
  name: string;
  hasAdvice: boolean;
  /** True to add the line that binds the code to a page. */
  hasBinding: boolean;
}

/** Minimum length of the name when it is shortened for the binding. */
const MIN_NAME = 12;

/**
 * Chooses the parts of an SMS. Tries in order: without the advice, with the name in the GSM alphabet, with a shortened
 * name, without the binding. `write`: builds the text of these parts with the longest code.
 */
export function fitSms(account: string, write: (parts: SmsParts) => string): SmsParts {
  const gsm = inGsm(account) ?? account;
  const cuts = cutsOf(gsm);
  const whole = [account, gsm].flatMap((name) =>
    [true, false].map((hasAdvice) => ({ name, hasAdvice })),
  );
  const long = cuts.filter((name) => name.length >= MIN_NAME);
  const candidates = [
    ...[...whole, ...long.map(withoutAdvice)].map((parts) => ({ ...parts, hasBinding: true })),
    ...[...whole, ...cuts.map(withoutAdvice)].map((parts) => ({ ...parts, hasBinding: false })),
  ];
  const shortest = { name: '', hasAdvice: false, hasBinding: false };
  return candidates.find((parts) => isOneSms(write(parts))) ?? shortest;
}

function withoutAdvice(name: string) {
  return { name, hasAdvice: false };
}

/** Returns the name without its last character, without its last two, and so on. */
function cutsOf(name: string): string[] {
  const characters = Array.from(name);
  return characters.map((_, index) =>
    characters
      .slice(0, -1 - index)
      .join('')
      .trimEnd(),
  );
}
