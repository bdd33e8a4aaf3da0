import type { StepType } from './contract';

/**
 * The behaviour of a step that people check: its person submits once, then a reviewer approves or rejects it. While it
 * is in review it takes no other submission.
 */
export const askAndReview: StepType = {
  waitsFor: 'person',
  async run(context) {
    if (context.step.status !== 'in_review') {
      const submission = await context.submission();
      submission.accept();
    }
    return context.review('manual_review');
  },
};
