import type { StepExample } from '../example-contract';

const first = { page: 1, seen_at: '2026-11-01T12:00:00Z' };
const second = { page: 2, seen_at: '2026-11-01T12:00:30-06:00' };

export const example: StepExample = {
  setup: {
    document: { name: 'Contrato', url: 'https://bank.example/contract.pdf', pages: 2 },
  },
  resolved: 2,
  data: { pages: [first, second] },
  refused: [
    {},
    { pages: [] },
    { pages: [first] },
    { pages: [{ ...first, page: 0 }, second] },
    { pages: [{ page: 1, seen_at: 'yesterday' }, second] },
  ],
  payload: { pages: [first, second], document: 'Contrato', document_sha256: null },
};
