import type { StepExample } from '../example-contract';

const means = { monthly_income: 18_500.5, income_source: 'salary' };

export const example: StepExample = {
  setup: {},
  data: { ...means, rfc: 'gode-561231-gr9', curp: 'HEGG560427MVZRRL04' },
  refused: [
    {},
    { monthly_income: 1 },
    { ...means, monthly_income: -1 },
    { ...means, monthly_income: '18500' },
    { ...means, income_source: 'lottery' },
    { ...means, economic_dependents: 1.5 },
    { ...means, currency: 'pesos' },
    { ...means, curp: 'HEGG560427MVZRRL05' },
    { ...means, rfc: 'GODE561331GR8' },
  ],
  payload: {
    ...means,
    ...{ currency: 'MXN', housing: null, curp: 'HEGG560427MVZRRL04' },
    ...{ rfc: 'GODE561231GR9', rfc_kind: 'person', rfc_warnings: ['check_digit'] },
  },
};
