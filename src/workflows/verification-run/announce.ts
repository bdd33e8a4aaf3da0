import { upsertSearchAttributes } from '@temporalio/workflow';
import { isFinalRun } from '../../domain/run/outcome';
import { nextStep, type RunView } from '../../domain/run/view';
import { searchAttributes } from '../messages/search-attributes';

/** Statuses that operators filter by. Each update of search attributes costs one action, so others are left out. */
const ANNOUNCED = new Set(['abandoned', 'in_review']);

/** Updates the search attributes of a run after an event, if a status that operators filter by changed. */
export function announce(before: RunView, after: RunView): void {
  const { status } = after;
  const pairs = [];
  const matters = ANNOUNCED.has(status) || ANNOUNCED.has(before.status) || isFinalRun(status);
  if (matters && before.status !== status) {
    pairs.push({ key: searchAttributes.runStatus, value: status });
  }
  const step = nextStep(after);
  if (step !== undefined && step.uuid !== nextStep(before)?.uuid) {
    pairs.push({ key: searchAttributes.currentStep, value: step.custom_id ?? step.key });
  }
  if (pairs.length > 0) upsertSearchAttributes(pairs);
}
