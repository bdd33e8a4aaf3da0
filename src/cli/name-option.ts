import { InvalidArgumentError } from 'commander';
import { countCharacters, faultOfLine, tidyText } from '../domain/identifiers/one-line';

/** Maximum characters of a name, as in the API. */
const MAX_NAME = 100;

/** Parses the option `--name` by the rules of the API. @throws InvalidArgumentError. */
export function parseName(text: string): string {
  const name = tidyText(text);
  const isLong = countCharacters(name) > MAX_NAME;
  const fault = isLong ? `must have at most ${MAX_NAME} characters` : faultOfLine(name);
  if (fault !== undefined) throw new InvalidArgumentError(`A name ${fault}.`);
  return name;
}
