import { SIGNED, UNSIGNED, type StepExample } from '../example-contract';

export const example: StepExample = {
  setup: { token: 'TOKEN', store_sign: false },
  data: SIGNED,
  refused: UNSIGNED,
  payload: { ...SIGNED, document_sha256: null },
};
