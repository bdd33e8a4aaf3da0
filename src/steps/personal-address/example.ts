import type { StepExample } from '../example-contract';

const address = {
  street: 'Calle 1',
  exterior_number: '12',
  neighborhood: 'Col. Centro',
  municipality: 'Xochimilco',
  state: 'CDMX',
  zip_code: '01000',
};

export const example: StepExample = {
  setup: {},
  data: address,
  refused: [
    {},
    { ...address, zip_code: '1000' },
    { ...address, zip_code: 1000 },
    { ...address, country: 'Mexico' },
    { ...address, country: 'US', zip_code: '0100A' },
    { ...address, street: '   ' },
    { ...address, planet: 'Earth' },
  ],
  payload: { street: 'Calle 1', zip_code: '01000', country: 'MX', interior_number: null },
};
