import { runCreated } from '../../../test/support/new-run';
import type { EventOf, NumberedEvent } from '../../domain/run/events';
import { fold } from '../../domain/run/view';
import { describeRun } from './describe-run';

const created: EventOf<'run_created'> = runCreated({ at: 0, expires_in: 60, abandon_after: 10 });
const system = { actor: 'system', step_uuid: null, data: {} } as const;

describe('the description of a run for operators', () => {
  it('contains its status, step, awaited party and deadline', () => {
    const opened = {
      ...system,
      number: 2,
      at: 0,
      type: 'run_opened',
      data: { submission_id: null },
    };
    const [first] = created.data.steps;
    const finished = {
      ...system,
      number: 3,
      at: 60_000,
      type: 'step_succeeded',
      step_uuid: first?.uuid,
    };
    const run = fold(null, [created, opened as NumberedEvent, finished as NumberedEvent]);
    expect(describeRun(run).split('\n\n')).toEqual([
      '**Status**: in_progress',
      '**Step**: personal_address (2 of 2)',
      '**Waiting for**: person',
      '**Deadline**: abandon at 1970-01-01T00:10:00.000Z',
    ]);
  });

  it('contains the reason of a review and the signals that decide it', () => {
    const review = { ...system, number: 2, at: 60_000, type: 'review_requested' } as const;
    const data = { reason: 'rule_not_evaluable' };
    const asText = (step_uuid: string | null) =>
      describeRun(fold(null, [created, { ...review, data, step_uuid }]));
    expect(asText(null)).toContain('**Reason**: rule_not_evaluable');
    expect(asText(null)).toContain('**In review**: the run as a whole, since 1970-01-01T00:01');
    expect(asText(created.data.steps[0]?.uuid ?? null)).toContain('**In review**: the step, since');
    expect(asText(null)).toContain('signal `approve_step` or `reject_step`');
  });

  it('names a step by its custom_id', () => {
    const { data } = created;
    const steps = data.steps.map((step) => ({ ...step, custom_id: 'terms' }));
    const run = fold(null, [{ ...created, data: { ...data, steps } }]);
    expect(describeRun(run)).toContain('**Step**: terms (1 of 2)');
  });

  it('contains the final status and its reason once the run is over', () => {
    const run = fold(null, [created, { ...system, number: 2, at: 1, type: 'run_expired' }]);
    expect(describeRun(run)).toBe('**Status**: expired\n\n**Reason**: expired');
  });
});
