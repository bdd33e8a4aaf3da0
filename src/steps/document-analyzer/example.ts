import type { StepExample } from '../example-contract';

export const example: StepExample = {
  setup: { engine: 'review' },
  data: { document_type: 'payslip' },
  refused: [{ document_type: 'poem' }],
  payload: { document_type: 'payslip' },
};
