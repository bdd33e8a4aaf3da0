import type { CreatedRun } from '../application/creation/launch-run';
import { presentRun } from '../presentation/present-run';
import type { RouteResult } from './server/request-context';

/** Builds the response to a creation. */
export function createdReply({ run, key }: CreatedRun): RouteResult {
  return { result: presentRun(run, key), run_uuid: run._id };
}
