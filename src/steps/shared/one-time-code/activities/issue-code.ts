import { issueCode as issue } from '../../../../platform/crypto/codes';
import type { Keyring } from '../../../../platform/crypto/keyring';
import type { CodeOrder, IssuedCode } from '../calls';

/** Derives a code with the newest of `CODE_KEYS`. Returns its digest only. */
export function issueCode(keys: Keyring) {
  return (asked: CodeOrder): Promise<IssuedCode> => Promise.resolve(issue(keys, asked));
}
