/** Results of skip and knockout rules. The expressions are sealed; the workflow receives only the results. */

/** `unknown`: a value that the expression needs is missing. */
export type RuleVerdict = 'true' | 'false' | 'unknown';

/** Input of the activities that evaluate rules. */
export interface RuleQuestion {
  run_uuid: string;
  /** The step that is about to start, or that has just succeeded. */
  step_uuid: string;
  /** Number of the last event that the result depends on. */
  number: number;
}

/** A knockout rule with its result. */
export interface JudgedRule {
  rule_uuid: string;
  name: string;
  verdict: RuleVerdict;
}
