import type { StepExample } from '../example-contract';

const account = { clabe: '002 010 07777777777 1', account_holder: 'Ana Ejemplo' };

export const example: StepExample = {
  setup: {},
  data: account,
  refused: [
    {},
    { clabe: account.clabe },
    { ...account, clabe: '002010077777777772' },
    { ...account, clabe: 2_010_077_777_777 },
    { ...account, account_holder: ' ' },
    { ...account, account_type: 'offshore' },
    { ...account, rfc: '1' },
  ],
  payload: {
    ...{ clabe: '002010077777777771', bank_code: '002', bank_name: 'BANAMEX' },
    ...{ place_code: '010', account_number: '07777777777', account_holder: 'Ana Ejemplo' },
    ...{ account_type: null, rfc: null, rfc_kind: null, rfc_warnings: null },
  },
};
