import { stepActivities, type StepDependencies } from './activities';
import * as codeCalls from './shared/one-time-code/calls';

/** Names of the activities that step types declare. */
const DECLARED = Object.values(codeCalls).map(({ name }) => name);

it('the declared activities of step types are exactly the implemented ones', () => {
  // Implementations are only listed here; none is called.
  const implemented = Object.keys(stepActivities({} as StepDependencies));
  expect(implemented.sort()).toEqual([...new Set(DECLARED)].sort());
});
