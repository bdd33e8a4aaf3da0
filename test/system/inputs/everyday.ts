/** What people, devices and integrators send every day. The letter of a row is its kind. */
import { consentRows } from './consent';
import { expressionRows } from './expressions';
import { fileRows } from './files';
import { messageRows } from './messages';
import { numberRows } from './numbers';
import type { Row } from './row';
import { textRows } from './texts';

export const everydayInputs: readonly Row[] = [
  ...consentRows,
  ...expressionRows,
  ...messageRows,
  ...numberRows,
  ...fileRows,
  ...textRows,
];
