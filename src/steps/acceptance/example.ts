import type { StepExample } from '../example-contract';

export const example: StepExample = {
  setup: { text: 'Acepto los términos y condiciones.', version: '2026-11' },
  data: { accepted: true },
  refused: [{}, { accepted: false }, { accepted: 'true' }, { accepted: true, more: 1 }, []],
  payload: { accepted: true, version: '2026-11' },
};
