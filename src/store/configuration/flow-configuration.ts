/** Stores the configuration of flows: templates, rules, texts. Names are unique, because people select by them. */
import type { Connection } from 'mongoose';
import type { Json } from '../../domain/run/events';
import { toBuffer } from '../binary';
import { ConfigStore, NameTaken, configured, type Configured } from './configuration';

/** A rule that must be true after a step. */
export interface KnockoutRuleFields {
  name: string;
  /** The expression. */
  template: string;
  active: boolean;
  /** Key of the step that it follows. */
  step: string;
}

export interface RuleSetFields {
  name: string;
  description: string;
  active: boolean;
  /** Uuids of the rules, in order. */
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

/** A field's place on a page, in points (1/72 inch) from the lower left corner. */
export interface DocumentField {
  uuid: string;
  kind: 'text' | 'signature';
  /** Page number from 1. */
  page: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface DocumentTemplateFields {
  name: string;
  fields: DocumentField[];
  /** Sizes in points. */
  pages: { width: number; height: number }[];
  /** Size of the PDF in bytes. */
  size: number;
  /** Digest of the PDF, in hexadecimal; its bytes are stored under it. */
  sha256: string;
}

interface DocumentContent {
  /** Account and hash. */
  _id: string;
  bytes: Buffer;
}

/**
 * Stores PDFs to fill and sign. Their bytes are stored separately, so that lists stay small, and under their hash, so
 * that they never change.
 */
export class DocumentTemplateStore extends ConfigStore<DocumentTemplateFields> {
  private readonly contents;

  constructor(connection: Connection) {
    super(connection, 'document_templates', true);
    this.contents = connection.collection<DocumentContent>('document_contents');
  }

  /** Checks a name before the bytes of its PDF are stored. @throws NameTaken if another template has it. */
  async requireFreeName(accountUuid: string, name: string, uuid: string): Promise<void> {
    const other = { account_uuid: accountUuid, unique_name: name, _id: { $ne: uuid } };
    const found = await this.documents.findOne(other, { projection: { _id: 1 } });
    if (found !== null) throw new NameTaken();
  }

  /** Stores the bytes of a PDF. Safe to repeat. */
  async storeContent(accountUuid: string, sha256: string, bytes: Buffer): Promise<void> {
    const _id = `${accountUuid}/${sha256}`;
    await this.contents.updateOne({ _id }, { $set: { bytes } }, { upsert: true });
  }

  async content(accountUuid: string, sha256: string): Promise<Buffer | null> {
    const found = await this.contents.findOne({ _id: `${accountUuid}/${sha256}` });
    return found === null ? null : toBuffer(found.bytes);
  }
}

export interface TemplateBindingFields {
  name: string;
  /** Texts by the field's uuid. */
  text_bindings: Record<string, { steps: string[]; template: string }>;
  /** Uuids of signature fields. */
  sign_bindings: string[];
  template_uuid: string;
}

export class TemplateBindingStore extends ConfigStore<TemplateBindingFields> {
  constructor(connection: Connection) {
    super(connection, 'template_bindings', true);
  }
}

export interface WorkflowTemplateFields {
  name: string;
  description: string;
  /** Steps as sent: step keys, and pairs of key and custom id. */
  steps: Json[];
  /** Other fields of a creation, as sent. */
  config: Record<string, Json>;
  /** Setups of a creation, as sent. */
  steps_setup: Record<string, Json>;
}

export class WorkflowTemplateStore extends ConfigStore<WorkflowTemplateFields> {
  constructor(connection: Connection) {
    super(connection, 'workflow_templates', true);
  }

  /** Lists the account's templates that `isWanted` returns true for, newest first. Reads all of them. */
  async listWhere(
    accountUuid: string,
    isWanted: (template: WorkflowTemplateFields) => boolean,
  ): Promise<Configured<WorkflowTemplateFields>[]> {
    const found: Configured<WorkflowTemplateFields>[] = [];
    const cursor = this.documents
      .find({ account_uuid: accountUuid, archived_at: null })
      .sort({ created_at: -1, _id: -1 });
    for await (const document of cursor) {
      const template = configured<WorkflowTemplateFields>(document);
      if (isWanted(template)) found.push(template);
    }
    return found;
  }
}
