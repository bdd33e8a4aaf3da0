/** What attackers send. The number of a row's kind is that of the weakness. */
import { costlyRows } from './costly';
import { heldRows } from './held';
import { nameRows } from './names';
import { presetRows } from './presets';
import { requestRows } from './requests';
import type { Row } from './row';
import { signalRows } from './signals';

export const hostileInputs: readonly Row[] = [
  ...presetRows,
  ...costlyRows,
  ...nameRows,
  ...signalRows,
  ...requestRows,
  ...heldRows,
];
