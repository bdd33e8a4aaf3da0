/** Evaluates skip and knockout rules over the finished steps of a run. Has no side effects. */
import type { Json } from '../domain/run/events';
import { isFinalStep } from '../domain/run/outcome';
import type { JudgedRule, RuleQuestion, RuleVerdict } from '../domain/run/rules';
import type { StepView } from '../domain/run/view';
import { evaluateExpression, type Variables } from '../domain/expressions/evaluate-expression';
import { ExpressionError } from '../domain/expressions/expression-error';
import { parseExpression } from '../domain/expressions/parse-expression';
import { ruleVariables, stepVariables, type FinishedStep } from '../domain/expressions/variables';
import { notStored } from './failures';
import type { OpenedRun, RunReader } from './run-reader';
import { ownValue } from '../domain/run/own-value';

/** Evaluates the skip rule of a step over the steps before it. */
export function evaluateSkip(reader: RunReader) {
  return async (question: RuleQuestion): Promise<RuleVerdict> => {
    const { run, step, before } = await read(reader, question);
    const { skip_steps = {} } = run.creation;
    const name = nameOf(step);
    const text = ownValue(skip_steps, name);
    return text === undefined ? 'false' : verdictOf(text, stepVariables(finishedOf(run, before)));
  };
}

/** Evaluates the knockout rules of a step, in the order of their rule set. */
export function evaluateRules(reader: RunReader) {
  return async (question: RuleQuestion): Promise<JudgedRule[]> => {
    const { run, step, before } = await read(reader, question);
    const variables = ruleVariables(finishedOf(run, [...before, step]));
    return (run.creation.rules ?? [])
      .filter((rule) => rule.step === step.key)
      .map(({ uuid, name, template }) => ({
        rule_uuid: uuid,
        name,
        verdict: verdictOf(template, variables),
      }));
  };
}

/** @throws ApplicationFailure `not_stored` if MongoDB lacks the events that the result depends on. */
async function read(reader: RunReader, { run_uuid, step_uuid, number }: RuleQuestion) {
  const run = await reader.read(run_uuid);
  if (run.view.number < number) throw notStored();
  const index = run.view.steps.findIndex(({ uuid }) => uuid === step_uuid);
  const step = run.view.steps[index];
  if (step === undefined) throw new Error(`the run has no step ${step_uuid}`);
  return { run, step, before: run.view.steps.slice(0, index) };
}

/** Returns the finished steps. Steps without an outcome have no variable. */
function finishedOf(run: OpenedRun, steps: readonly StepView[]): FinishedStep[] {
  return steps
    .filter(({ status }) => isFinalStep(status))
    .map((step) => ({
      name: nameOf(step),
      status: step.status,
      payload: fieldsOf(run.payload(step)),
    }));
}

function fieldsOf(payload: Json): Readonly<Record<string, unknown>> | null {
  return typeof payload === 'object' && !Array.isArray(payload) ? payload : null;
}

function nameOf({ custom_id, key }: StepView): string {
  return custom_id ?? key;
}

/** Evaluates an expression. One that this build can't parse any more is `unknown`. */
function verdictOf(text: string, variables: Variables): RuleVerdict {
  try {
    return `${evaluateExpression(parseExpression(text), variables)}`;
  } catch (error) {
    if (error instanceof ExpressionError) return 'unknown';
    throw error;
  }
}
