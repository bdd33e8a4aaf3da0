import type { StepExample } from '../example-contract';

export const example: StepExample = {
  setup: {},
  data: {},
  refused: [{ selfie: 'aGVsbG8=' }],
  payload: {},
};
