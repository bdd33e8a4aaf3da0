/**
 * Evaluates skip and knockout rules around the steps of a run. The rules read sealed content, so activities evaluate
 * them; a run without rules calls none.
 */
import { isCancellation, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities';
import type { RunError } from '../../domain/run/outcome';
import type { JudgedRule } from '../../domain/run/rules';
import type { StepView } from '../../domain/run/view';
import type { AfterStep, RunHooks } from './hooks';
import type { Run } from './run';

type Evaluating = Pick<Activities, 'evaluateSkip' | 'evaluateRules'>;

/** Has no side effects, so it is safe as a local activity. */
const quick = proxyLocalActivities<Evaluating>({
  startToCloseTimeout: '800ms',
  retry: { maximumAttempts: 2, initialInterval: '50ms' },
});
const patient = proxyActivities<Evaluating>({
  startToCloseTimeout: '3s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '2s' },
});

export const ruleHooks: RunHooks = {
  async beforeStep(run, step) {
    // A step in progress was already found executable before the run was continued as new.
    if (step.is_skippable !== true || step.status !== 'pending') return 'execute';
    const verdict = (await evaluate(run, step, 'evaluateSkip')) ?? 'unknown';
    run.record('skip_evaluated', 'system', { verdict }, step.uuid);
    return verdict === 'true' ? 'skip' : 'execute';
  },
  async afterStep(run, step) {
    if (step.is_judged !== true) return { kind: 'continue' };
    const rules = await evaluate(run, step, 'evaluateRules');
    run.record('rules_evaluated', 'system', { rules: rules ?? [] }, step.uuid);
    return rules === null ? TO_REVIEW : consequenceOf(rules);
  },
};

const TO_REVIEW: AfterStep = { kind: 'review', reason: 'rule_not_evaluable' };

/** Returns the consequence. One false rule is enough, even if others are unknown. */
function consequenceOf(rules: readonly JudgedRule[]): AfterStep {
  const broken = rules.find(({ verdict }) => verdict === 'false');
  if (broken !== undefined) return { kind: 'reject', fault: knockoutBy(broken) };
  const isUnknown = rules.some(({ verdict }) => verdict === 'unknown');
  return isUnknown ? TO_REVIEW : { kind: 'continue' };
}

function knockoutBy({ rule_uuid, name }: JudgedRule): RunError {
  return {
    code: 'knockout_rule_failed',
    reason: `The knockout rule ${name} (${rule_uuid}) does not hold.`,
    extra: { rule_uuid, rule_name: name },
  };
}

/**
 * Evaluates rules over stored content. If MongoDB is unavailable, waits for it and lets callers get their responses
 * meanwhile. Returns null if MongoDB refuses the run's events, which the rules depend on.
 */
async function evaluate<Name extends keyof Evaluating>(run: Run, step: StepView, name: Name) {
  const { uuid: run_uuid, number } = run.view;
  const question = { run_uuid, step_uuid: step.uuid, number };
  const ask = (activities: Evaluating) =>
    activities[name](question) as ReturnType<Evaluating[Name]>;
  await run.publisher.publish();
  if (run.publisher.isRefused) return null;
  try {
    if (run.publisher.isEmpty) return await ask(quick);
  } catch (error) {
    if (isCancellation(error)) throw error;
  }
  return run.whileBlocked(async () => {
    return (await run.publisher.tryFlush()) ? ask(patient) : null;
  });
}
