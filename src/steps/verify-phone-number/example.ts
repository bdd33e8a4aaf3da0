import { EXAMPLE_NIP, type StepExample } from '../example-contract';

export const example: StepExample = {
  setup: {},
  resolved: EXAMPLE_NIP,
  data: { code: '123 456' },
  refused: [
    { phone: '55' },
    {},
    { code: 123456 },
    { code: '123' },
    { code: '123456789' },
    { code: 'abcdef' },
  ],
  payload: null,
};
