/** Account of a call's data. Queries on collections that grow with runs name the account (see docs/architecture.md). */
import type { Mode } from '../domain/run/events';

/** Account and mode of a caller: it sees no other runs. */
export interface AccountScope {
  account_uuid: string;
  mode: Mode;
}

/** A run with its account, as queries need it. A `RunView` is one. */
export interface RunRef {
  account_uuid: string;
  uuid: string;
}

/** Returns a filter for several runs of any accounts. Names `_id` first, which has an index of its own. */
export function runsFilter(runs: readonly RunRef[]): {
  _id: { $in: string[] };
  account_uuid: { $in: string[] };
} {
  return {
    _id: { $in: runs.map(({ uuid }) => uuid) },
    account_uuid: { $in: [...new Set(runs.map(({ account_uuid }) => account_uuid))] },
  };
}
