/** Descriptions of the fields of a form's field, for the API document. */
export const FIELD_TEXT = {
  key: 'Name of the field in the submitted data: 1 to 64 of a-z, 0-9 and _, a letter first.',
  label: 'Label shown to the person; up to 200 characters.',
  type: 'Kind of the value. `text` is one line, `textarea` several, `select` one of `options`.',
  required: 'True if the person must fill it in; by default false.',
  options: 'Values to choose from, up to 200; for the type `select` alone, and required there.',
  pattern:
    'Regular expression (RE2) that the whole text must match; for `text` and `textarea`. Up to 200 characters.',
  min: 'Smallest number, or for texts the smallest number of characters.',
  max: 'Largest number, or for texts the largest number of characters (10,000 at most).',
} as const;
