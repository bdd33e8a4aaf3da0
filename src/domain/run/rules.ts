/** What skip and knockout rules come to. The expressions are sealed; the workflow hears the verdicts alone. */

/** `unknown`: a value that the expression needs is missing. */
export type RuleVerdict = 'true' | 'false' | 'unknown';

/** Input of the activities that evaluate rules. */
export interface RuleQuestion {
  run_uuid: string;
  /** The step that is about to begin, or that has just succeeded. */
  step_uuid: string;
  /** The last event that the answer depends on. */
  number: number;
}

/** A knockout rule with its verdict. */
export interface JudgedRule {
  rule_uuid: string;
  name: string;
  verdict: RuleVerdict;
}
