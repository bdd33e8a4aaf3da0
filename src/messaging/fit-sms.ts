/** Chooses the parts of an SMS with a code so that it is one message. */
import { inGsm, isOneSms } from './sms-units';

export interface SmsParts {
  /** The account's name, or as much of it as there is room for. */
  name: string;
  hasAdvice: boolean;
  /** The line that binds the code to a page. */
  hasBinding: boolean;
}

/** A name is not cut shorter than this to make room for the binding. */
const MIN_NAME = 12;

/**
 * Chooses what an SMS says. In order: the advice is left out, the name is written in the GSM alphabet, the name is cut,
 * the binding is left out. `write`: the whole text of these parts, with the longest code.
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

/** The name without its last character, without its last two, and so on. */
function cutsOf(name: string): string[] {
  const characters = Array.from(name);
  return characters.map((_, index) =>
    characters
      .slice(0, -1 - index)
      .join('')
      .trimEnd(),
  );
}
