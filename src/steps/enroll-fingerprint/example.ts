import type { StepExample } from '../example-contract';

export const example: StepExample = {
  setup: {},
  data: { fingers: ['right_thumb', 'right_index'] },
  refused: [{ fingers: [] }, { fingers: ['sixth'] }, { fingers: 'right_thumb' }],
  payload: { fingers: ['right_thumb', 'right_index'] },
};
