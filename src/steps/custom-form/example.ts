import type { StepExample } from '../example-contract';

export const example: StepExample = {
  setup: { form_uuid: '00000000-0000-4000-8000-000000000001' },
  resolved: {
    name: 'Contacto',
    fields: [
      { key: 'phone', label: 'Teléfono', type: 'phone', required: true },
      { key: 'email', label: 'Correo', type: 'email', required: false },
    ],
  },
  data: { phone: '+525512345678' },
  refused: [{}, { phone: '55' }, { phone: '+525512345678', email: 'no' }, []],
  payload: { phone: '+525512345678' },
};
