import type { StepExample } from '../example-contract';

const job = {
  employment_status: 'employed',
  company_name: 'Ejemplo, S. A. de C. V.',
  job_title: 'Contadora',
};

export const example: StepExample = {
  setup: {},
  data: { ...job, company_phone: '+525512345678', company_rfc: 'SAT970701NN3' },
  refused: [
    {},
    { employment_status: 'busy' },
    { employment_status: 'employed' },
    { ...job, job_title: null },
    { ...job, started_on: '2999-01-01' },
    { ...job, started_on: '2020-02-30' },
    { ...job, company_phone: '5512345678' },
    { ...job, company_rfc: 'SAT' },
    { ...job, company_zip_code: '0_1000' },
  ],
  payload: {
    ...job,
    ...{ company_phone: '+525512345678', company_rfc_kind: 'company', company_rfc_warnings: [] },
    ...{ started_on: null, occupation: null },
  },
};
