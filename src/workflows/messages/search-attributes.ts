/**
 * Search attributes for filtering runs in the Temporal UI. They are never encrypted, so they hold ids and statuses
 * only.
 */
import { defineSearchAttributeKey } from '@temporalio/common';

export const searchAttributes = {
  accountId: defineSearchAttributeKey('AccountId', 'KEYWORD'),
  runStatus: defineSearchAttributeKey('RunStatus', 'KEYWORD'),
  currentStep: defineSearchAttributeKey('CurrentStep', 'KEYWORD'),
  templateUuid: defineSearchAttributeKey('TemplateUuid', 'KEYWORD'),
  /** A keyed hash of the caller's reference, which may contain a national id. */
  externalReferenceId: defineSearchAttributeKey('ExternalReferenceId', 'KEYWORD'),
};
