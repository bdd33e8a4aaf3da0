import { SIGNED, UNSIGNED, type StepExample } from '../example-contract';

export const example: StepExample = {
  setup: { documents: [{ name: 'Contrato' }, { name: 'Pagaré', sha256: 'a'.repeat(64) }] },
  data: SIGNED,
  refused: UNSIGNED,
  payload: {
    ...SIGNED,
    documents: [
      { name: 'Contrato', sha256: null },
      { name: 'Pagaré', sha256: 'a'.repeat(64) },
    ],
  },
};
