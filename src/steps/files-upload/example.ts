import type { StepExample } from '../example-contract';

export const example: StepExample = {
  setup: {
    files: [
      { collection: 'payslip', title: 'Recibo de nómina', types: ['application/pdf'] },
      { collection: 'extra', title: 'Otros', required: false, max_files: 5, max_pages: 3 },
    ],
  },
  data: {},
  refused: [{ files: [] }],
  payload: {},
};
