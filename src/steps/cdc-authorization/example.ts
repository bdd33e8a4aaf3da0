import { EXAMPLE_NIP, type StepExample } from '../example-contract';

const consent = { full_name: 'Ana Ejemplo', rfc: 'GODE561231GR8', accepted: true };

export const example: StepExample = {
  setup: { phone: '+525512345678' },
  resolved: { nip: EXAMPLE_NIP, consent: { text: 'Autorizo.', version: '1' } },
  data: { code: '123 456' },
  refused: [
    {},
    { code: '123' },
    { ...consent, accepted: false },
    { ...consent, rfc: 'XAXX010101000' },
    { ...consent, rfc: 'GODE' },
    { ...consent, full_name: ' ' },
    { ...consent, code: '123456' },
  ],
  payload: null,
};
