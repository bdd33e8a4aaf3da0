import type { FormField } from '../../src/steps/custom-form/form-data';

const FIELD = { key: 'a', label: 'A', required: true };
/** Forms with one field of each type. */
export const FORM_FIELDS: readonly FormField[] = [
  { ...FIELD, type: 'text', max: 3 },
  { ...FIELD, type: 'text', pattern: '[a-z]{2}' },
  { ...FIELD, type: 'textarea' },
  { ...FIELD, type: 'number', min: 1, max: 3 },
  { ...FIELD, type: 'date' },
  { ...FIELD, type: 'email' },
  { ...FIELD, type: 'phone' },
  { ...FIELD, type: 'select', options: ['a', 'b'] },
  { ...FIELD, type: 'checkbox' },
];
