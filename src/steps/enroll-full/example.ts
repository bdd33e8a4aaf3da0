import type { StepExample } from '../example-contract';

export const example: StepExample = {
  setup: {},
  data: { document_type: 'ine' },
  refused: [{ document_type: 'library_card' }],
  payload: { document_type: 'ine' },
};
