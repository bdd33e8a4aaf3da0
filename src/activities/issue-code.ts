import { codeAt, digestOfCode } from '../crypto/codes';
import type { Keyring } from '../crypto/keyring';
import type { CodeOrder } from '../steps/contract';

/** Makes a code under the newest of `CODE_KEYS` and tells its digest; the code itself goes nowhere. */
export function issueCode(keys: Keyring) {
  return (asked: CodeOrder): Promise<{ key_id: string; digest: string }> => {
    const { run_uuid, step_uuid, order, issue, length } = asked;
    const { id } = keys.current;
    const code = codeAt(keys, id, { run_uuid, step_uuid, order, issue }, length);
    const digest = digestOfCode(keys, id, { run_uuid, step_uuid, order }, code);
    return Promise.resolve({ key_id: id, digest });
  };
}
