import type { StepExample } from '../example-contract';

export const example: StepExample = {
  setup: {},
  data: { text: 'https://siat.sat.gob.mx/app/qr/faces/pages/mobile/validadorqr.jsf?D1=10' },
  refused: [{ text: 1 }, { text: 'x'.repeat(8_001) }],
  payload: { text: 'https://siat.sat.gob.mx/app/qr/faces/pages/mobile/validadorqr.jsf?D1=10' },
};
