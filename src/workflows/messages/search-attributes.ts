/** What operators filter runs by in the Temporal UI. Always in clear there, so nothing personal: ids and status words. */
import { defineSearchAttributeKey } from '@temporalio/common';

export const searchAttributes = {
  accountId: defineSearchAttributeKey('AccountId', 'KEYWORD'),
  runStatus: defineSearchAttributeKey('RunStatus', 'KEYWORD'),
  currentStep: defineSearchAttributeKey('CurrentStep', 'KEYWORD'),
  templateUuid: defineSearchAttributeKey('TemplateUuid', 'KEYWORD'),
  /** A keyed hash of the caller's reference: a national id may hide there. */
  externalReferenceId: defineSearchAttributeKey('ExternalReferenceId', 'KEYWORD'),
};
