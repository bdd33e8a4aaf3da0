import { SIGNED, UNSIGNED, type StepExample } from '../example-contract';

export const example: StepExample = {
  setup: { document: { name: 'Contrato', sha256: 'b'.repeat(64) } },
  data: SIGNED,
  refused: UNSIGNED,
  payload: { ...SIGNED, document_sha256: 'b'.repeat(64) },
};
