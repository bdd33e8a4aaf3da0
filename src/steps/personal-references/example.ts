import type { StepExample } from '../example-contract';

const friend = { full_name: 'Ana Ejemplo', relationship: 'friend', phone: '+525512345678' };
const sister = { full_name: 'Eva Ejemplo', relationship: 'family', phone: '+525587654321' };

export const example: StepExample = {
  setup: {},
  data: { references: [friend, sister] },
  refused: [
    {},
    { references: [] },
    { references: friend },
    { references: [{ ...friend, phone: '5512345678' }] },
    { references: [{ ...friend, relationship: 'foe' }] },
    { references: [{ ...friend, email: 'nobody' }] },
    { references: [friend, { ...sister, phone: friend.phone }] },
    { references: [{ ...friend, no_such_field: 1 }] },
    { references: Array(6).fill(friend) },
  ],
  payload: {
    references: [
      { ...friend, email: null, years_known: null },
      { ...sister, email: null, years_known: null },
    ],
    count: 2,
  },
};
