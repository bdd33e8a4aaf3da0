import type { Response } from 'express';

/** Notes of the middleware on a request, for its log line and its errors. */
interface ResponseLocals {
  request_id: string;
  account_uuid?: string | undefined;
  run_uuid?: string | undefined;
  /** The request came by an address of the Workflows API, without `/v1`. */
  is_alias?: boolean;
}

/** Returns the notes of a request. Guarantee of the cast: the request-id middleware comes before all others. */
export function localsOf(response: Response): ResponseLocals {
  return response.locals as ResponseLocals;
}
