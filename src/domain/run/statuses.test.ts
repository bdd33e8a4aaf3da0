import { runCreated } from '../../../test/support/new-run';
import type { EventData, EventType, NumberedEvent } from './events';
import { evolve, fold, nextStep, waitingFor } from './view';

describe('a run', () => {
  const created = runCreated({ steps: ['acceptance', 'personal_address'], at: 1_000 });
  const [first, second] = created.data.steps.map((step) => step.uuid);
  const runOf = (...changes: [EventType, EventData[EventType], (string | undefined)?][]) =>
    fold(null, [
      created,
      ...changes.map(
        ([type, data, step], index) =>
          ({
            ...{ number: index + 2, at: 2_000 + index, type, data },
            ...{ actor: 'system', step_uuid: step ?? null },
          }) as NumberedEvent,
      ),
    ]);
  const fault = { code: 'code_wrong', reason: 'Too many wrong codes.' };

  it('continues with its first unfinished step', () => {
    const run = runOf(['step_skipped', {}, first]);
    expect(nextStep(runOf())?.uuid).toBe(first);
    expect(nextStep(runOf(['step_succeeded', {}, second]))?.uuid).toBe(first);
    expect(nextStep(run)?.uuid).toBe(second);
    expect(
      nextStep(runOf(['step_skipped', {}, first], ['step_succeeded', {}, second])),
    ).toBeUndefined();
    expect(
      nextStep(runOf(['run_cancelled', { by: 'a', reason: 'b', verified: true }])),
    ).toBeUndefined();
  });

  it.each<[string | null, string, Parameters<typeof runOf>]>([
    ['person', 'before it is opened', []],
    ['person', 'between steps', [['run_opened', { submission_id: null }]]],
    ['provider', 'in a step of a provider', [['step_started', { waits_for: 'provider' }, first]]],
    [
      'person',
      'when a later step has begun',
      [['step_started', { waits_for: 'provider' }, second]],
    ],
    ['reviewer', 'in review', [['review_requested', { reason: 'no_engine' }, first]]],
    [null, 'when it is over', [['run_expired', {}]]],
  ])('waits for %s %s', (expected, _when, changes) => {
    expect(waitingFor(runOf(...changes))).toBe(expected);
  });

  it('is opened once and stores the submission ids of all openings', () => {
    const run = runOf(
      ['run_opened', { submission_id: 'a' }],
      ['run_opened', { submission_id: 'b' }],
    );
    expect(run).toMatchObject({
      status: 'in_progress',
      started_at: 2_000,
      last_activity_at: 2_001,
    });
    expect(run.submission_ids).toEqual(['a', 'b']);
  });

  it('has the reason no_activity when abandoned and no reason once resumed', () => {
    const abandoned = runOf(['run_opened', { submission_id: null }], ['run_abandoned', {}]);
    expect(abandoned).toMatchObject({ status: 'abandoned', reason: 'no_activity' });
    const back = evolve(abandoned, {
      ...{ number: 4, at: 9_000, type: 'run_resumed', data: {} },
      ...{ actor: 'person', step_uuid: null },
    });
    expect(back).toMatchObject({ status: 'in_progress', reason: null, last_activity_at: 9_000 });
  });

  it.each<[string, EventType, EventData[EventType], string | null]>([
    ['success', 'run_succeeded', {}, null],
    ['failed', 'run_failed', fault, 'code_wrong'],
    ['rejected', 'run_rejected', fault, 'code_wrong'],
    ['expired', 'run_expired', {}, 'expired'],
    [
      'cancelled',
      'run_cancelled',
      { by: 'ana', reason: 'wrong_number', verified: true },
      'wrong_number',
    ],
  ])('ends as %s after %s and cancels its open steps', (status, type, data, reason) => {
    const run = runOf(['step_succeeded', {}, first], [type, data]);
    expect(run).toMatchObject({ status, reason, finished_at: 2_001 });
    expect(run.fault).toEqual(data === fault ? fault : null);
    expect(run.steps.map((step) => step.status)).toEqual(['success', 'cancelled']);
  });
});
