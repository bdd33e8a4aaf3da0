import type { CreatedRun } from '../application/creation/launch-run';
import { presentRun } from '../presentation/present-run';
import type { Reply } from './http/request-context';

/** Makes the reply to a creation. */
export function createdReply({ run, key }: CreatedRun): Reply {
  return { result: presentRun(run, key), run_uuid: run._id };
}
