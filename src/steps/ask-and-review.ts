import type { StepType } from './contract';

/**
 * Behaviour of steps with a reviewer: the person submits once, then a reviewer approves or rejects. A step in review
 * refuses other submissions.
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
