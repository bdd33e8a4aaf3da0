import type { Response } from 'express';

/** Data that middleware stores for the request's log line and errors. */
interface ResponseLocals {
  request_id: string;
  account_uuid?: string | undefined;
  run_uuid?: string | undefined;
  /** Language of the person who reads the response; absent for backends, which read English. */
  language?: string | undefined;
  /** The request came by an address of the Workflows API, without `/v1`. */
  is_alias?: boolean;
}

/** Returns the data of a request. The cast is safe because the request-id middleware runs before all others. */
export function localsOf(response: Response): ResponseLocals {
  return response.locals as ResponseLocals;
}
