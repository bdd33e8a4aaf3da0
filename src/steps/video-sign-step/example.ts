import type { StepExample } from '../example-contract';

export const example: StepExample = {
  setup: { statement: 'Yo, Ana Ejemplo, acepto el contrato.' },
  data: {},
  refused: [{ statement: 'x' }],
  payload: { recorded_at: '2026-11-01T00:00:00.000000Z', ip: '192.0.2.1' },
};
