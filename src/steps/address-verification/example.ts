import type { StepExample } from '../example-contract';

export const example: StepExample = {
  setup: { proof: 'location' },
  data: { document_type: 'electricity_bill' },
  refused: [{ document_type: 'postcard' }],
  payload: { document_type: 'electricity_bill' },
};
