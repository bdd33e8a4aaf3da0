import { succeeded } from '../domain/run/outcome';
import type { StepType } from './contract';

/** Behaviour of steps whose submission is checked completely on arrival: the first submission ends the step. */
export const askOnce: StepType = {
  waitsFor: 'person',
  async run(context) {
    const submission = await context.submission();
    submission.accept();
    return succeeded;
  },
};
