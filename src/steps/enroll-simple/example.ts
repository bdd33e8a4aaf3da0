import type { StepExample } from '../example-contract';

export const example: StepExample = {
  setup: {},
  data: { curp: 'hegg560427mvzrrl04' },
  refused: [
    {},
    { curp: null },
    { curp: 560427 },
    { curp: 'HEGG560427MVZRRL05' },
    { curp: 'HEGG560427MVZRRL' },
    { curp: 'XEXX010101HNEXXXA4' },
  ],
  payload: {
    ...{ curp: 'HEGG560427MVZRRL04', birth_date: '1956-04-27', gender: 'M', age: 70 },
    ...{ state_code: 'VZ', state: 'Veracruz', born_abroad: false },
    checks: { structure: true, check_digit: true, birth_date: true, state: true, registry: null },
  },
};
