import { succeeded } from '../domain/run/outcome';
import type { StepType } from './contract';

/** The behaviour of every step whose submission was checked in whole when it came in: the first one ends it. */
export const askOnce: StepType = {
  waitsFor: 'person',
  async run(context) {
    const submission = await context.submission();
    submission.accept();
    return succeeded;
  },
};
