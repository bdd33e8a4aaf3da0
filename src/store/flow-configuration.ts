/** What accounts configure of their flows: templates, rules, texts. Names are unique, since people pick by them. */
import type { Connection } from 'mongoose';
import type { Json } from '../runs/events';
import { ConfigStore } from './configuration';

/** A rule that must hold after a step. */
export interface KnockoutRuleFields {
  name: string;
  /** The expression. */
  template: string;
  active: boolean;
  /** The step key that it follows. */
  step: string;
}

export interface RuleSetFields {
  name: string;
  description: string;
  active: boolean;
  /** Uuids, in their order. */
  knockout_rules: string[];
}

export interface CustomizationFields {
  name: string;
  values: Record<string, Json>;
}

export class KnockoutRuleStore extends ConfigStore<KnockoutRuleFields> {
  constructor(connection: Connection) {
    super(connection, 'knockout_rules', true);
  }
}

export class RuleSetStore extends ConfigStore<RuleSetFields> {
  constructor(connection: Connection) {
    super(connection, 'rule_sets', true);
  }
}

export class CustomizationStore extends ConfigStore<CustomizationFields> {
  constructor(connection: Connection) {
    super(connection, 'customizations', true);
  }
}

export interface WorkflowTemplateFields {
  name: string;
  description: string;
  /** As written: step keys, and pairs of key and custom id. */
  steps: Json[];
  /** As written: what else a creation takes. */
  config: Record<string, Json>;
  /** As written: the setups of a creation. */
  steps_setup: Record<string, Json>;
}

export class WorkflowTemplateStore extends ConfigStore<WorkflowTemplateFields> {
  constructor(connection: Connection) {
    super(connection, 'workflow_templates', true);
  }
}
