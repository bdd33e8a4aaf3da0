import type { Request } from 'express';
import type { Client } from '../steps/schema-contract';

/** Returns IP and user agent of a person's request; a backend declares them in the body instead. */
export function describeClient(request: Request): Client {
  return { ip: request.ip ?? null, user_agent: request.get('user-agent')?.slice(0, 512) ?? null };
}
